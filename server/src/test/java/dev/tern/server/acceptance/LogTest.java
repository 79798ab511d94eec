package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.tern.proto.inference.LogSettingsRequest;
import dev.tern.proto.inference.LogSettingsRequest.SettingValue;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a process, changed while it runs. Each change is itself a warning. */
class LogTest {
    private static final String CHANGE = " WARN  \\[tern-grpc-1] LogCalls: A caller changes the log from .*";

    @TempDir
    private Path directory;

    @Test
    void timesAndLevelsChange() throws Exception {
        try (ServerProcess server = launch("--log-format=text")) {
            ManagedChannel channel = channel(server);
            try {
                GRPCInferenceServiceBlockingStub stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
                set(stub, "log_format", SettingValue.newBuilder().setStringParam("default"));
                set(stub, "log_verbose_level", SettingValue.newBuilder().setUint32Param(1));
                set(stub, "log_warning", SettingValue.newBuilder().setBoolParam(false));
                set(stub, "log_verbose_level", SettingValue.newBuilder().setUint32Param(0));
                set(stub, "log_format", SettingValue.newBuilder().setStringParam("ISO8601"));
                set(stub, "log_warning", SettingValue.newBuilder().setBoolParam(true));
                set(stub, "log_error", SettingValue.newBuilder().setBoolParam(false));
            } finally {
                channel.shutdownNow();
            }
            List<String> lines = server.log()
                    .lines()
                    .filter(each -> each.contains("A caller"))
                    .toList();
            assertThat(lines).hasSize(4);
            String iso = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)";
            String byDefault = "\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{6}";
            assertThat(lines.get(0)).matches(iso + CHANGE);
            assertThat(lines.get(1)).matches(byDefault + CHANGE).contains("verboseLevel=1");
            assertThat(lines.get(2)).matches(byDefault + CHANGE);
            assertThat(lines.get(3)).matches(iso + CHANGE).contains("error=false");
        }
    }

    @Test
    void aLogInJsonHasOneKindOfTimes() throws Exception {
        try (ServerProcess server = launch("--log-format=json")) {
            ManagedChannel channel = channel(server);
            try {
                GRPCInferenceServiceBlockingStub stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
                StatusRuntimeException refused = Assertions.catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> set(stub, "log_format", SettingValue.newBuilder().setStringParam("default")));
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(refused.getStatus().getDescription())
                        .isEqualTo("log setting 'log_format' has no effect on a log in JSON");
                set(stub, "log_format", SettingValue.newBuilder().setStringParam("ISO8601"));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private ServerProcess launch(String argument) throws IOException, InterruptedException {
        Path repository = directory.resolve("models");
        ModelDirectory.of(repository, "simple").version(1, OnnxModels.simple());
        return ServerProcess.launch(
                directory, List.of("--trial-load=off", "--model-repository=" + repository, argument));
    }

    private static ManagedChannel channel(ServerProcess server) {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                .usePlaintext()
                .build();
    }

    private static void set(GRPCInferenceServiceBlockingStub stub, String key, SettingValue.Builder value) {
        var unused = stub.logSettings(
                LogSettingsRequest.newBuilder().putSettings(key, value.build()).build());
    }
}
