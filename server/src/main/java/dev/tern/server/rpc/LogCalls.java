package dev.tern.server.rpc;

import dev.tern.proto.inference.LogSettingsRequest;
import dev.tern.proto.inference.LogSettingsRequest.SettingValue;
import dev.tern.proto.inference.LogSettingsRequest.SettingValue.ParameterChoiceCase;
import dev.tern.proto.inference.LogSettingsResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.rpc.LogSettings.Timestamps;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The call that tells and changes what the log shows, with the keys of Triton's logging extension. Any thread. */
final class LogCalls {
    private static final Logger LOG = LoggerFactory.getLogger(LogCalls.class);

    private static final String FILE = "log_file";
    private static final String INFO = "log_info";
    private static final String WARNING = "log_warning";
    private static final String ERROR = "log_error";
    private static final String VERBOSE_LEVEL = "log_verbose_level";
    private static final String FORMAT = "log_format";

    private final LogControl control;

    LogCalls(LogControl control) {
        this.control = control;
    }

    /** Changes all of what {@code request} names, or nothing; answers with what is in force. */
    void settings(LogSettingsRequest request, StreamObserver<LogSettingsResponse> observer) {
        LogSettings settings;
        try {
            settings = changed(request.getSettingsMap());
        } catch (Malformed e) {
            observer.onError(StatusMapping.toStatus(e.failure()));
            return;
        }
        observer.onNext(response(settings));
        observer.onCompleted();
    }

    private LogSettings changed(Map<String, SettingValue> wanted) throws Malformed {
        // Of two callers at once each changes only what it names.
        synchronized (control) {
            LogSettings before = control.settings();
            LogSettings settings = before;
            for (Map.Entry<String, SettingValue> each : wanted.entrySet()) {
                settings = with(settings, each.getKey(), each.getValue());
            }
            if (!settings.equals(before)) {
                LOG.warn("A caller changes the log from {} to {}", before, settings);
                control.change(settings);
            }
            return settings;
        }
    }

    private LogSettings with(LogSettings from, String key, SettingValue value) throws Malformed {
        boolean info = from.info();
        boolean warning = from.warning();
        boolean error = from.error();
        int verboseLevel = from.verboseLevel();
        Timestamps timestamps = from.timestamps();
        switch (key) {
            case INFO -> info = flag(key, value);
            case WARNING -> warning = flag(key, value);
            case ERROR -> error = flag(key, value);
            case VERBOSE_LEVEL -> {
                require(key, value, ParameterChoiceCase.UINT32_PARAM, "uint32_param");
                verboseLevel = value.getUint32Param();
            }
            case FORMAT -> timestamps = timestamps(value);
            case FILE ->
                throw new Malformed(Failure.of(
                        Kind.UNIMPLEMENTED, "log file location can not be updated through network protocol"));
            default ->
                throw Malformed.invalid("unknown log setting '" + key + "'; there are log_info, log_warning, log_error,"
                        + " log_verbose_level and log_format");
        }
        return new LogSettings(info, warning, error, verboseLevel, timestamps);
    }

    private static boolean flag(String key, SettingValue value) throws Malformed {
        require(key, value, ParameterChoiceCase.BOOL_PARAM, "bool_param");
        return value.getBoolParam();
    }

    private Timestamps timestamps(SettingValue value) throws Malformed {
        require(FORMAT, value, ParameterChoiceCase.STRING_PARAM, "string_param");
        Timestamps wanted = Timestamps.ofWireName(value.getStringParam());
        if (wanted == null) {
            throw Malformed.invalid(
                    "log setting 'log_format' is 'default' or 'ISO8601', not '" + value.getStringParam() + "'");
        }
        if (wanted != control.settings().timestamps() && !control.hasTimestampsToChoose()) {
            throw Malformed.invalid("log setting 'log_format' has no effect on a log in JSON");
        }
        return wanted;
    }

    private static void require(String key, SettingValue value, ParameterChoiceCase choice, String name)
            throws Malformed {
        if (value.getParameterChoiceCase() != choice) {
            throw Malformed.invalid("log setting '" + key + "' must be given as " + name);
        }
    }

    private static LogSettingsResponse response(LogSettings settings) {
        return LogSettingsResponse.newBuilder()
                .putSettings(FILE, text(""))
                .putSettings(INFO, flag(settings.info()))
                .putSettings(WARNING, flag(settings.warning()))
                .putSettings(ERROR, flag(settings.error()))
                .putSettings(
                        VERBOSE_LEVEL,
                        LogSettingsResponse.SettingValue.newBuilder()
                                .setUint32Param(settings.verboseLevel())
                                .build())
                .putSettings(FORMAT, text(settings.timestamps().wireName()))
                .build();
    }

    private static LogSettingsResponse.SettingValue flag(boolean value) {
        return LogSettingsResponse.SettingValue.newBuilder().setBoolParam(value).build();
    }

    private static LogSettingsResponse.SettingValue text(String value) {
        return LogSettingsResponse.SettingValue.newBuilder()
                .setStringParam(value)
                .build();
    }
}
