package dev.tern.server.rpc;

import dev.tern.proto.inference.TraceSettingRequest;
import dev.tern.proto.inference.TraceSettingResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tracing.TraceLevel;
import dev.tern.server.tracing.TraceOverrides;
import dev.tern.server.tracing.TraceSettings;
import dev.tern.server.tracing.Tracing;
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The call that tells and changes which requests are traced, with the keys of Triton's trace extension. Any thread. */
final class TraceCalls {
    private static final String FILE = "trace_file";
    private static final String LEVEL = "trace_level";
    private static final String RATE = "trace_rate";
    private static final String COUNT = "trace_count";
    private static final String LOG_FREQUENCY = "log_frequency";
    private static final String MODE = "trace_mode";

    private static final String OFF = "OFF";
    private static final String TRITON = "triton";

    private final Tracing tracing;

    TraceCalls(Tracing tracing) {
        this.tracing = tracing;
    }

    /**
     * Changes all of what {@code request} names, or nothing; answers with what holds for its model.
     *
     * @param refusal why there is no such model; null if there is, or all are meant
     */
    void setting(
            TraceSettingRequest request, @Nullable Failure refusal, StreamObserver<TraceSettingResponse> observer) {
        if (refusal != null) {
            observer.onError(StatusMapping.toStatus(refusal));
            return;
        }
        TraceSettings settings;
        try {
            settings = changed(request.getModelName(), request.getSettingsMap());
        } catch (Malformed e) {
            observer.onError(StatusMapping.toStatus(e.failure()));
            return;
        }
        observer.onNext(response(settings));
        observer.onCompleted();
    }

    private TraceSettings changed(String model, Map<String, TraceSettingRequest.SettingValue> wanted) throws Malformed {
        if (wanted.isEmpty()) {
            return tracing.settings(model);
        }
        // Twice: first to see that all of it can be.
        TraceOverrides tried = TraceOverrides.NONE;
        for (Map.Entry<String, TraceSettingRequest.SettingValue> each : wanted.entrySet()) {
            tried = with(tried, each.getKey(), each.getValue().getValueList());
        }
        Set<TraceLevel> levels = tried.levels();
        if (levels != null && !levels.isEmpty() && !tracing.canWrite()) {
            throw Malformed.invalid("requests cannot be traced, as there is no file for it; start the server with"
                    + " '--trace-config triton,file=<path>'");
        }
        TraceOverrides said = tried;
        return tracing.change(model, before -> merged(before, said, wanted.keySet()));
    }

    private static TraceOverrides merged(TraceOverrides before, TraceOverrides said, Set<String> keys) {
        return new TraceOverrides(
                keys.contains(LEVEL) ? said.levels() : before.levels(),
                keys.contains(RATE) ? said.rate() : before.rate(),
                keys.contains(COUNT) ? said.count() : before.count(),
                keys.contains(LOG_FREQUENCY) ? said.logFrequency() : before.logFrequency());
    }

    /** No values mean what holds for all, or at the start. */
    private static TraceOverrides with(TraceOverrides from, String key, List<String> values) throws Malformed {
        return switch (key) {
            case LEVEL -> from.withLevels(values.isEmpty() ? null : levels(values));
            case RATE -> from.withRate(number(key, values, 1));
            case COUNT -> from.withCount(number(key, values, TraceSettings.UNLIMITED));
            case LOG_FREQUENCY -> from.withLogFrequency(number(key, values, 0));
            case MODE -> {
                if (!values.isEmpty() && !values.equals(List.of(TRITON))) {
                    throw new Malformed(Failure.of(
                            Kind.UNIMPLEMENTED, "trace setting 'trace_mode' is 'triton', there is no other one"));
                }
                yield from;
            }
            case FILE ->
                throw new Malformed(Failure.of(
                        Kind.UNIMPLEMENTED, "trace file location can not be updated through network protocol"));
            default ->
                throw Malformed.invalid("unknown trace setting '" + key
                        + "'; there are trace_level, trace_rate, trace_count, log_frequency and trace_mode");
        };
    }

    private static Set<TraceLevel> levels(List<String> values) throws Malformed {
        Set<TraceLevel> levels = EnumSet.noneOf(TraceLevel.class);
        for (String each : values) {
            switch (each) {
                case "TIMESTAMPS" -> levels.add(TraceLevel.TIMESTAMPS);
                case "TENSORS" -> levels.add(TraceLevel.TENSORS);
                case OFF -> {
                    if (values.size() > 1) {
                        throw Malformed.invalid("trace setting 'trace_level' is OFF or some of the others, not both");
                    }
                }
                default ->
                    throw Malformed.invalid(
                            "trace setting 'trace_level' is OFF, TIMESTAMPS or TENSORS, not '" + each + "'");
            }
        }
        return levels;
    }

    private static @Nullable Integer number(String key, List<String> values, int least) throws Malformed {
        if (values.isEmpty()) {
            return null;
        }
        if (values.size() == 1) {
            try {
                int number = Integer.parseInt(values.get(0));
                if (number >= least) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
        }
        throw Malformed.invalid("trace setting '" + key + "' is one whole number from " + least + " to "
                + Integer.MAX_VALUE + ", not " + values);
    }

    private TraceSettingResponse response(TraceSettings settings) {
        TraceSettingResponse.SettingValue.Builder levels = TraceSettingResponse.SettingValue.newBuilder();
        settings.levels().stream().sorted().forEach(each -> levels.addValue(each.name()));
        if (settings.levels().isEmpty()) {
            levels.addValue(OFF);
        }
        return TraceSettingResponse.newBuilder()
                .putSettings(LEVEL, levels.build())
                .putSettings(RATE, value(settings.rate()))
                .putSettings(COUNT, value(settings.count()))
                .putSettings(LOG_FREQUENCY, value(settings.logFrequency()))
                .putSettings(FILE, value(tracing.file()))
                .putSettings(MODE, value(TRITON))
                .build();
    }

    private static TraceSettingResponse.SettingValue value(Object value) {
        return TraceSettingResponse.SettingValue.newBuilder()
                .addValue(value.toString())
                .build();
    }
}
