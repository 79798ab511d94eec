package dev.tern.bench.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.tern.bench.models.BenchModels;
import dev.tern.bench.process.JavaChild;
import dev.tern.bench.process.JvmLine;
import dev.tern.bench.process.JvmMeter;
import dev.tern.bench.process.JvmMeter.Usage;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The two programs that make the floor, each in a JVM of its own. */
@Timeout(120)
class FloorProgramsTest {
    private static final JvmLine LINE = new JvmLine(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"),
            System.getProperty("java.class.path"));
    private static final ModelInferRequest REQUEST = ModelInferRequest.newBuilder()
            .setModelName("mlp-64-fixed-0")
            .addInputs(InferInputTensor.newBuilder()
                    .setName("features")
                    .setDatatype("FP32")
                    .addShape(1)
                    .addShape(64))
            .addRawInputContents(ByteString.copyFrom(new byte[256]))
            .build();

    @TempDir
    Path directory;

    @Test
    void theEchoAnswersWithWhatItWasGivenAndItsJvmCountsWhatItCosts() throws IOException {
        ModelInferResponse answer =
                ModelInferResponse.newBuilder().setModelName("echo").build();
        Path file = Files.write(directory.resolve("answer"), answer.toByteArray());
        try (JavaChild echo = JavaChild.start(
                        LINE,
                        "",
                        EchoServer.class,
                        List.of("1", "inference.GRPCInferenceService", "ModelInfer", file.toString()));
                JvmMeter meter = JvmMeter.attach(echo.pid())) {
            assertThat(echo.greeting()).contains("event loops 1").contains("direct executor");
            Usage before = meter.read();
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            "127.0.0.1", Integer.parseInt(echo.greeting().split(" ", 2)[0]))
                    .usePlaintext()
                    .build();
            try {
                GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub =
                        GRPCInferenceServiceGrpc.newBlockingStub(channel);
                for (int i = 0; i < 100; i++) {
                    assertThat(stub.modelInfer(REQUEST)).isEqualTo(answer);
                }
                assertThatThrownBy(() -> stub.serverLive(ServerLiveRequest.getDefaultInstance()))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
            } finally {
                channel.shutdownNow();
            }
            Usage used = meter.read().minus(before);
            assertThat(used.cpuNanos()).isPositive();
            assertThat(used.allocatedBytes()).isPositive();
        }
    }

    @Test
    void bareRunsAreMeasuredBetweenWholeNumbersOfRows() throws IOException {
        BenchModels.write(directory, 1, List.of("mlp-64-fixed-0"));
        Path model = directory.resolve("mlp-64-fixed-0/1/model.onnx");
        Path requests = directory.resolve("requests");
        try (OutputStream out = Files.newOutputStream(requests)) {
            REQUEST.writeDelimitedTo(out);
            REQUEST.writeDelimitedTo(out);
        }
        try (JavaChild runs =
                JavaChild.start(LINE, "", BareRuns.class, List.of(model.toString(), requests.toString()))) {
            assertThat(runs.greeting()).startsWith("bare ONNX Runtime ").endsWith(", 2 requests by turns");
            BareRun run = BareRun.measure(runs, 1.5);
            assertThat(run.cpuNanos()).isPositive();
            assertThat(run.nanos()).isPositive();
            assertThat(run.bytes()).isPositive();
        }
    }

    @Test
    void betweenTwoRunsLiesTheLine() {
        assertThat(new BareRun(100, 200, 10).towards(new BareRun(200, 240, 20), 0.25))
                .satisfies(run -> {
                    assertThat(run.cpuNanos()).isCloseTo(125, within(1e-9));
                    assertThat(run.nanos()).isCloseTo(210, within(1e-9));
                    assertThat(run.bytes()).isCloseTo(12.5, within(1e-9));
                });
    }

    @Test
    void rowsAndRunsAreReadFromTheMetrics() {
        BatchMeter before = BatchMeter.of("""
                # HELP tern_inference_batch_size Rows
                tern_inference_batch_size_bucket{model="a",le="1.0"} 4.0
                tern_inference_batch_size_count{model="a"} 4.0
                tern_inference_batch_size_sum{model="a"} 4.0
                """);
        BatchMeter after = BatchMeter.of("""
                tern_inference_batch_size_count{model="a"} 14.0
                tern_inference_batch_size_sum{model="a"} 84.0
                tern_inference_batch_size_max{model="a"} 64.0
                """);
        assertThat(after.rowsPerRunSince(before)).isCloseTo(8, within(1e-9));
    }

    @Test
    void aProgramThatEndsAtOnceIsTold() {
        assertThatThrownBy(() -> JavaChild.start(LINE, "", BareRuns.class, List.of("none", "none")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("a child process ended");
    }
}
