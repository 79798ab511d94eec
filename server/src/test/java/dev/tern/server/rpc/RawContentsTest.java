package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Raw contents reach the model and come back bit for bit, whatever the datatype. */
@Tag("protocol")
class RawContentsTest {
    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        for (DataType type : DataType.values()) {
            ModelDirectory.of(repository, "identity_" + type).version(1, OnnxModels.identity(type));
            ModelDirectory.of(repository, "whole_" + type).version(1, OnnxModels.identity(type, 2, "n"));
        }
        server = TestServer.serving(repository);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void watch() {
        noLeaks.watch("requests in flight", () -> server.inFlight());
    }

    @ParameterizedTest
    @EnumSource
    void everyBitTravels(DataType type) {
        ByteString data = extremes(type);
        ModelInferResponse answer = infer("identity_" + type, type, data, 2, 3);
        assertThat(answer.getRawOutputContentsList()).containsExactly(data);
        assertThat(answer.getOutputsList())
                .containsExactly(InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype(type.name())
                        .addShape(2)
                        .addShape(3)
                        .build());
    }

    @ParameterizedTest
    @EnumSource
    void noRowsGiveNoRows(DataType type) {
        ModelInferResponse answer = infer("identity_" + type, type, ByteString.EMPTY, 0, 3);
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(0L, 3L);
        assertThat(answer.getRawOutputContentsList()).containsExactly(ByteString.EMPTY);
    }

    @ParameterizedTest
    @EnumSource
    void anyDimensionMayBeZero(DataType type) {
        ModelInferResponse answer = infer("whole_" + type, type, ByteString.EMPTY, 2, 0);
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(2L, 0L);
        assertThat(answer.getRawOutputContentsList()).containsExactly(ByteString.EMPTY);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "BYTES")
    void elementSizesAreTheProtocols(DataType type) {
        int size = extremes(type).size() / 6;
        Refused refused =
                Refused.by(() -> infer("identity_" + type, type, extremes(type).substring(1), 2, 3));
        assertThat(refused)
                .isEqualTo(Refused.invalid("[request id: <id_unknown>] input byte size mismatch for input 'x' for model"
                        + " 'identity_" + type + "'. Expected " + 6 * size + ", got " + (6 * size - 1)));
    }

    @Test
    void aMessageThatComesInManyPiecesIsTheSame() {
        byte[] large = new byte[3 * 4 * 256];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        ModelInferRequest request = Requests.raw("whole_UINT8", "x", "UINT8", ByteString.copyFrom(large), 2, 1536)
                .build();
        assertThat(server.stub().modelInfer(request).getRawOutputContents(0)).isEqualTo(ByteString.copyFrom(large));
    }

    private static ModelInferResponse infer(String model, DataType type, ByteString data, long... shape) {
        return server.stub()
                .modelInfer(Requests.raw(model, "x", type.name(), data, shape).build());
    }

    /** Six elements: extremes, signed zeros, infinities and NaNs with payloads, as far as the type has them. */
    private static ByteString extremes(DataType type) {
        return switch (type) {
            case BOOL -> Requests.bytes(0, 1, 1, 0, 0, 1);
            case UINT8, INT8 -> Requests.bytes(0, 1, 0x7f, 0x80, 0xff, 0x55);
            case UINT16, INT16 -> Requests.bytes(0, 0, 0xff, 0x7f, 0, 0x80, 0xff, 0xff, 0x34, 0x12, 0x01, 0x80);
            case FP16 -> halves(0x8000, 0x7c00, 0xfc00, 0x7e01, 0xfd55, 0x0001);
            case BF16 -> halves(0x8000, 0x7f80, 0xff80, 0x7fc1, 0xffa5, 0x0001);
            case UINT32, INT32 -> Requests.ints(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1, 0x12345678);
            case FP32 -> Requests.ints(0x80000000, 0x7f800000, 0xff800000, 0x7fc00123, 0xffa55555, 1);
            case UINT64, INT64 -> Requests.longs(0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1, 0x123456789abcdef0L);
            case FP64 ->
                Requests.longs(
                        0x8000000000000000L,
                        0x7ff0000000000000L,
                        0xfff0000000000000L,
                        0x7ff8000000000123L,
                        0xfff5555555555555L,
                        1);
            case BYTES -> Requests.texts("", "a", "\u00e9\u00df", "\u4e2d\uffff", "two words\n\t", "\u20ac");
        };
    }

    private static ByteString halves(int... values) {
        int[] bytes = new int[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            bytes[2 * i] = values[i] & 0xff;
            bytes[2 * i + 1] = values[i] >> 8;
        }
        return Requests.bytes(bytes);
    }
}
