package dev.tern.server.rpc;

import static dev.tern.server.rpc.Refused.invalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.LogSettingsRequest;
import dev.tern.proto.inference.LogSettingsRequest.SettingValue;
import dev.tern.proto.inference.LogSettingsResponse;
import dev.tern.server.boot.TestServer;
import dev.tern.server.testing.NoLeaks;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log shows, told and changed by a client. The tests' log is at info for the server's classes, at warn for others. */
@Tag("protocol")
class LogSettingsTest {
    private static final Logger OWN = LoggerFactory.getLogger("dev.tern.server.some.Thing");
    private static final Logger OTHERS = LoggerFactory.getLogger("io.some.Library");

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void serve() {
        server = TestServer.serving(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void allSixAreTold() {
        assertThat(change(Map.of()).getSettingsMap())
                .isEqualTo(Map.of(
                        "log_file",
                        told("").build(),
                        "log_info",
                        LogSettingsResponse.SettingValue.newBuilder()
                                .setBoolParam(true)
                                .build(),
                        "log_warning",
                        LogSettingsResponse.SettingValue.newBuilder()
                                .setBoolParam(true)
                                .build(),
                        "log_error",
                        LogSettingsResponse.SettingValue.newBuilder()
                                .setBoolParam(true)
                                .build(),
                        "log_verbose_level",
                        LogSettingsResponse.SettingValue.newBuilder()
                                .setUint32Param(0)
                                .build(),
                        "log_format",
                        told("ISO8601").build()));
    }

    private static LogSettingsResponse.SettingValue.Builder told(String text) {
        return LogSettingsResponse.SettingValue.newBuilder().setStringParam(text);
    }

    @Test
    void whatIsNamedIsChangedAndTheRestStays() {
        LogSettingsResponse first = change(Map.of("log_info", flag(false), "log_verbose_level", number(-1)));
        assertThat(first.getSettingsOrThrow("log_info").getBoolParam()).isFalse();
        assertThat(first.getSettingsOrThrow("log_verbose_level").getUint32Param())
                .isEqualTo(-1);
        assertThat(first.getSettingsOrThrow("log_warning").getBoolParam()).isTrue();
        LogSettingsResponse second = change(Map.of("log_format", text("default")));
        assertThat(second)
                .isEqualTo(first.toBuilder()
                        .putSettings("log_format", told("default").build())
                        .build());
    }

    @Test
    void theLogIsChangedAtOnce() {
        change(Map.of("log_info", flag(false)));
        assertThat(OWN.isInfoEnabled()).isFalse();
        assertThat(OWN.isWarnEnabled()).isTrue();
        assertThat(OTHERS.isWarnEnabled()).isTrue();
        change(Map.of("log_info", flag(true), "log_warning", flag(false)));
        assertThat(OWN.isInfoEnabled()).isTrue();
        assertThat(OTHERS.isInfoEnabled()).as("as it was set up").isFalse();
        assertThat(OWN.isWarnEnabled()).isFalse();
        assertThat(OTHERS.isWarnEnabled()).isFalse();
        change(Map.of("log_error", flag(false)));
        assertThat(OWN.isErrorEnabled()).isFalse();
        assertThat(OTHERS.isErrorEnabled()).isFalse();
        change(Map.of("log_verbose_level", number(1)));
        assertThat(OWN.isDebugEnabled()).isTrue();
        assertThat(OWN.isTraceEnabled()).isFalse();
        assertThat(OTHERS.isDebugEnabled()).isFalse();
        change(Map.of("log_verbose_level", number(2)));
        assertThat(OWN.isTraceEnabled()).isTrue();
        change(Map.of("log_verbose_level", number(0)));
        assertThat(OWN.isDebugEnabled()).isFalse();
    }

    @Test
    void itIsAsItWasWhenTheServerHasGone() {
        change(Map.of("log_error", flag(false), "log_verbose_level", number(1)));
        server.close();
        assertThat(OWN.isErrorEnabled()).isTrue();
        assertThat(OWN.isDebugEnabled()).isFalse();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        "log_file",
                        text("other.log"),
                        new Refused(
                                Status.Code.UNIMPLEMENTED,
                                "log file location can not be updated through network protocol")),
                Arguments.of("log_info", number(1), invalid("log setting 'log_info' must be given as bool_param")),
                Arguments.of(
                        "log_verbose_level",
                        flag(true),
                        invalid("log setting 'log_verbose_level' must be given as uint32_param")),
                Arguments.of(
                        "log_error",
                        SettingValue.getDefaultInstance(),
                        invalid("log setting 'log_error' must be given as bool_param")),
                Arguments.of(
                        "log_format", flag(true), invalid("log setting 'log_format' must be given as string_param")),
                Arguments.of(
                        "log_format",
                        text("iso8601"),
                        invalid("log setting 'log_format' is 'default' or 'ISO8601', not 'iso8601'")),
                Arguments.of(
                        "log_level",
                        number(1),
                        invalid("unknown log setting 'log_level'; there are log_info, log_warning, log_error,"
                                + " log_verbose_level and log_format")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatIsWrongChangesNothing(String key, SettingValue value, Refused expected) {
        LogSettingsResponse before = change(Map.of());
        String right = key.equals("log_warning") ? "log_info" : "log_warning";
        assertThat(Refused.by(() -> change(Map.of(key, value, right, flag(false)))))
                .isEqualTo(expected);
        assertThat(change(Map.of())).isEqualTo(before);
        assertThat(OWN.isWarnEnabled()).isTrue();
    }

    private LogSettingsResponse change(Map<String, SettingValue> settings) {
        return server.stub()
                .logSettings(
                        LogSettingsRequest.newBuilder().putAllSettings(settings).build());
    }

    private static SettingValue flag(boolean value) {
        return SettingValue.newBuilder().setBoolParam(value).build();
    }

    private static SettingValue number(int value) {
        return SettingValue.newBuilder().setUint32Param(value).build();
    }

    private static SettingValue text(String value) {
        return SettingValue.newBuilder().setStringParam(value).build();
    }
}
