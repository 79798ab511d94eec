package dev.tern.server.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.tern.server.engine.EngineException;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.TensorSpec;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectTensorTest {
    private static final int KEPT_ELEMENTS = (8 << 20) / Float.BYTES;

    private final DirectTensor direct =
            new DirectTensor(new Port(new TensorSpec("x", DataType.FP32, Shape.of(-1)), "x", OnnxJavaType.FLOAT));

    @AfterEach
    void close() {
        direct.close();
    }

    @Test
    void growsToThePowerOfTwoAboveAndStays() throws Exception {
        assertThat(direct.bufferFor(Shape.of(1000)).remaining()).isEqualTo(4000);
        assertThat(direct.buffer().capacity()).isEqualTo(4096);
        assertThat(direct.bufferFor(Shape.of(1025)).remaining()).isEqualTo(4100);
        assertThat(direct.buffer().capacity()).isEqualTo(8192);
        assertThat(direct.bufferFor(Shape.of(0)).remaining()).isZero();
        assertThat(direct.buffer().capacity()).isEqualTo(8192);
    }

    @Test
    void aTensorIsKeptWhileItsShapeStays() throws Exception {
        OnnxTensor first = tensor(Shape.of(2, 3));
        assertThat(tensor(Shape.of(2, 3))).isSameAs(first);

        OnnxTensor second = tensor(Shape.of(3, 2));
        assertThat(first.isClosed()).isTrue();
        assertThat(second.getInfo().getShape()).containsExactly(3, 2);

        // A larger buffer lies elsewhere.
        direct.bufferFor(Shape.of(1 << 20));
        assertThat(second.isClosed()).isTrue();
        assertThat(tensor(Shape.of(3, 2)).getInfo().getShape()).containsExactly(3, 2);
    }

    @Test
    void whatIsVeryLargeIsGivenBackBetweenRuns() throws Exception {
        direct.bufferFor(Shape.of(KEPT_ELEMENTS));
        direct.trim();
        assertThat(direct.buffer().capacity()).isEqualTo(8 << 20);

        OnnxTensor large = tensor(Shape.of(KEPT_ELEMENTS + 1));
        direct.trim();
        assertThat(large.isClosed()).isTrue();
        assertThat(direct.buffer().capacity()).isEqualTo(1024);
        assertThat(tensor(Shape.of(KEPT_ELEMENTS + 1)).getInfo().getShape()).containsExactly(KEPT_ELEMENTS + 1);
    }

    @Test
    void whatIsVeryLargeIsKeptForAsLongAsRunsNeedIt() throws Exception {
        run(KEPT_ELEMENTS + 1);
        assertThat(direct.buffer().capacity()).isEqualTo(1024);
        run(KEPT_ELEMENTS + 1);
        ByteBuffer large = direct.buffer();
        assertThat(large.capacity()).isEqualTo(16 << 20);

        for (int run = 0; run < DirectTensor.RECENT_RUNS; run++) {
            run(1);
        }
        assertThat(direct.buffer()).isSameAs(large);
        run(KEPT_ELEMENTS + 1);
        assertThat(direct.buffer().capacity()).isEqualTo(1024);
    }

    @Test
    void aFarTooLargeBufferGoesThoughRunsAreLarge() throws Exception {
        run(16 * KEPT_ELEMENTS);
        run(16 * KEPT_ELEMENTS);
        assertThat(direct.buffer().capacity()).isEqualTo(128 << 20);

        for (int run = 0; run <= DirectTensor.RECENT_RUNS + 2; run++) {
            run(KEPT_ELEMENTS + 1);
        }
        assertThat(direct.buffer().capacity()).isEqualTo(16 << 20);
    }

    private void run(int elements) throws Exception {
        direct.bufferFor(Shape.of(elements));
        direct.trim();
    }

    @Test
    void whatNoBufferCanHoldIsRefused() {
        assertThatThrownBy(() -> direct.bufferFor(Shape.of(1 << 15, 1 << 14)))
                .isInstanceOf(EngineException.class)
                .hasMessage("tensor 'x' of shape [32768,16384] passes the limit of 2147483639 bytes for one run");
    }

    private OnnxTensor tensor(Shape shape) throws Exception {
        direct.bufferFor(shape);
        return direct.tensor(OnnxSessions.environment(), shape);
    }
}
