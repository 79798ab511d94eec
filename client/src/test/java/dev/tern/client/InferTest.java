package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.tern.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InferTest {
    private FakeServer server;
    private TernClient client;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.echo());
        client = TernClient.builder(server.target()).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    static Stream<Tensor> tensors() {
        return Stream.of(
                Tensor.of(new boolean[] {true, false}, 2),
                Tensor.of(new byte[] {Byte.MIN_VALUE, 1}, 1, 2),
                Tensor.of(new short[] {Short.MIN_VALUE, 1}, 2, 1),
                Tensor.of(new int[] {Integer.MIN_VALUE, 1}, 2),
                Tensor.of(new long[] {Long.MIN_VALUE, 1}, 2),
                Tensor.ofUnsigned(new byte[] {-1, 1}, 2),
                Tensor.ofUnsigned(new short[] {-1, 1}, 2),
                Tensor.ofUnsigned(new int[] {-1, 1}, 2),
                Tensor.ofUnsigned(new long[] {-1, 1}, 2),
                Tensor.ofFp16(new short[] {0x3c00, (short) 0x8001}, 2),
                Tensor.ofBf16(new short[] {0x3f80, (short) 0x8001}, 2),
                Tensor.of(new float[] {Float.NaN, -0f, Float.MIN_VALUE}, 3),
                Tensor.of(new double[] {Double.NaN, -0d, Double.MIN_VALUE}, 3),
                Tensor.of(new String[] {"", "ж\0", "\ud83d\ude00"}, 3),
                Tensor.of(new byte[][] {{}, {-1, 0}}, 2),
                Tensor.of(new float[] {1}),
                Tensor.of(new float[0], 0, 13),
                Tensor.of(new String[0], 0));
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void everyDatatypeComesBackAsSent(Tensor tensor) {
        InferResult result =
                client.infer(InferRequest.model("m").input("x", tensor).build());

        assertThat(result.output("x")).isEqualTo(tensor);
    }

    @Test
    void valuesComeBackInJavaTypes() {
        InferResult result = client.infer(InferRequest.model("m")
                .input("f", Tensor.of(new float[] {1.5f, -2}, 2))
                .input("d", Tensor.of(new double[] {1e300}, 1))
                .input("l", Tensor.of(new long[] {1L << 40}, 1))
                .input("i", Tensor.of(new int[] {-7}, 1))
                .input("s", Tensor.ofUnsigned(new short[] {-1}, 1))
                .input("b", Tensor.ofUnsigned(new byte[] {-1}, 1))
                .input("z", Tensor.of(new boolean[] {true, false}, 2))
                .input("t", Tensor.of(new String[] {"ж", ""}, 2))
                .build());

        assertThat(result.output("f").asFloats()).containsExactly(1.5f, -2);
        assertThat(result.output("d").asDoubles()).containsExactly(1e300);
        assertThat(result.output("l").asLongs()).containsExactly(1L << 40);
        assertThat(result.output("i").asInts()).containsExactly(-7);
        assertThat(result.output("s").asShorts()).containsExactly(-1);
        assertThat(result.output("b").asBytes()).containsExactly(-1);
        assertThat(result.output("z").asBooleans()).containsExactly(true, false);
        assertThat(result.output("t").asStrings()).containsExactly("ж", "");
        assertThat(result.outputs()).containsOnlyKeys("f", "d", "l", "i", "s", "b", "z", "t");
    }

    @Test
    void inputsAreAlwaysRaw() throws InterruptedException {
        client.infer(InferRequest.model("m")
                .version(3)
                .id("r-1")
                .input("x", Tensor.of(new float[] {1, 2}, 1, 2))
                .outputs("y", "z")
                .build());

        ModelInferRequest seen = server.nextCall().request;
        assertThat(seen.getModelName()).isEqualTo("m");
        assertThat(seen.getModelVersion()).isEqualTo("3");
        assertThat(seen.getId()).isEqualTo("r-1");
        assertThat(seen.getInputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(seen.getInputs(0).getShapeList()).containsExactly(1L, 2L);
        assertThat(seen.getInputs(0).hasContents()).isFalse();
        assertThat(seen.getRawInputContentsList()).hasSize(1);
        assertThat(seen.getOutputsList()).extracting("name").containsExactly("y", "z");
    }

    @Test
    void parametersAndNamesComeBack() {
        InferResult result = client.infer(InferRequest.model("m")
                .version(3)
                .id("r-1")
                .parameter("flag", true)
                .parameter("priority", 1)
                .parameter("scale", 0.5)
                .parameter("text", "t")
                .build());

        assertThat(result.modelName()).isEqualTo("m");
        assertThat(result.modelVersion()).isEqualTo("3");
        assertThat(result.id()).isEqualTo("r-1");
        assertThat(result.parameters())
                .containsOnly(entry("flag", true), entry("priority", 1L), entry("scale", 0.5), entry("text", "t"));
    }

    @Test
    void largeDirectMemoryComesBack() {
        ByteBuffer memory = ByteBuffer.allocateDirect(6 << 20);
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) i);
        }
        Tensor tensor = Tensor.ofRaw(DataType.UINT8, memory, 6, 1 << 20);

        InferResult result =
                client.infer(InferRequest.model("m").input("x", tensor).build());

        assertThat(result.output("x").rawBytes()).isEqualTo(memory);
    }

    @Test
    void requestsMayBeSentAgain() {
        InferRequest request =
                InferRequest.model("m").input("x", Tensor.of(new long[] {4}, 1)).build();

        assertThat(client.infer(request).outputs())
                .isEqualTo(client.infer(request).outputs());
        assertThat(server.callsSeen()).isEqualTo(2);
    }

    @Test
    void headersOfClientAndRequestAreSent() throws InterruptedException {
        AtomicInteger token = new AtomicInteger();
        try (TernClient own = TernClient.builder(server.target())
                .header("x-team", "ads")
                .header("authorization", () -> "Bearer " + token.incrementAndGet())
                .userAgent("ranking-service/7")
                .build()) {
            InferRequest request =
                    InferRequest.model("m").header("x-trace", "t1").build();
            own.infer(request);
            own.infer(request);
        }

        FakeServer.Seen first = server.nextCall();
        assertThat(first.header("x-team")).isEqualTo("ads");
        assertThat(first.header("x-trace")).isEqualTo("t1");
        assertThat(first.header("authorization")).isEqualTo("Bearer 1");
        assertThat(first.header("user-agent")).startsWith("ranking-service/7 grpc-java-netty/");
        assertThat(server.nextCall().header("authorization")).isEqualTo("Bearer 2");
    }

    @Test
    void deadlinesAreSentUnlessTurnedOff() throws InterruptedException {
        client.infer(InferRequest.model("m").build());
        assertThat(server.nextCall().hasDeadline).isTrue();

        try (TernClient patient =
                TernClient.builder(server.target()).withoutDeadline().build()) {
            patient.infer(InferRequest.model("m").build());
            assertThat(server.nextCall().hasDeadline).isFalse();
            patient.infer(
                    InferRequest.model("m").deadline(Duration.ofMinutes(1)).build());
            assertThat(server.nextCall().hasDeadline).isTrue();
        }
    }

    @Test
    void mistakesAreNamed() {
        Tensor tensor = Tensor.of(new long[] {4}, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InferRequest.model("m").input("x", tensor).input("x", tensor))
                .withMessage("input 'x' is given twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InferRequest.model("m").deadline(Duration.ZERO))
                .withMessage("deadline is PT0S (expected: more than zero)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InferRequest.model("m").header("x-name", "ж"))
                .withMessageContaining("printable ASCII");
        InferResult result =
                client.infer(InferRequest.model("m").input("x", tensor).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> result.output("y"))
                .withMessage("no output 'y' in the answer of model 'm' (expected: one of [x])");
    }

    @Test
    void requestsAreCompressedIfToldTo() throws InterruptedException {
        Tensor zeros = Tensor.of(new float[10_000], 100, 100);
        InferRequest request = InferRequest.model("m").input("x", zeros).build();
        try (TernClient compressing =
                TernClient.builder(server.target()).compressRequests().build()) {
            assertThat(compressing.infer(request).output("x").asFloats()).isEqualTo(new float[10_000]);
        }
        assertThat(server.nextCall().header("grpc-encoding")).isEqualTo("gzip");
        InferResult unused = client.infer(request);
        assertThat(server.nextCall().header("grpc-encoding")).isNull();
    }

    @Test
    void classesAreAskedForByAParameterOfTheOutput() throws InterruptedException {
        InferResult unused = client.infer(
                InferRequest.model("m").outputs("a").classes("b", 3).build());
        ModelInferRequest seen = server.nextCall().request;
        assertThat(seen.getOutputs(0).getParametersMap()).isEmpty();
        assertThat(seen.getOutputs(1).getName()).isEqualTo("b");
        assertThat(seen.getOutputs(1).getParametersOrThrow("classification").getInt64Param())
                .isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InferRequest.model("m").classes("b", 0))
                .withMessage("classes of output 'b' are 0 (expected: 1 or more)");
    }
}
