package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.tern.server.engine.EngineException;
import dev.tern.server.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer that grows to what is asked and an ONNX Runtime tensor over it, kept for as long as the shape stays.
 *
 * <p>Owned by one instance; one thread at a time.
 */
final class DirectTensor implements AutoCloseable {
    /** Larger buffers are kept for runs that come again only: one huge request must not pin its size. */
    private static final int KEPT_BYTES = 8 << 20;

    /** A buffer larger than that is kept while one of so many runs needs it; fresh memory costs more than the copy into it. */
    static final int RECENT_RUNS = 16;

    /** A run that uses less than one part in so many of a buffer does not need it. */
    private static final int USED_PART = 4;

    private static final int MIN_BYTES = 1 << 10;

    /** What one buffer, direct or an array, can hold on every Java virtual machine. */
    static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private final Port port;
    private ByteBuffer buffer = allocate(MIN_BYTES);
    private @Nullable OnnxTensor tensor;
    private Shape shape = Shape.of();
    private int wantedBytes;
    private int runsSinceLarge = RECENT_RUNS;

    DirectTensor(Port port) {
        this.port = port;
    }

    /** The buffer with room for {@code wanted}, from position 0 to a limit at its last byte. */
    ByteBuffer bufferFor(Shape wanted) throws EngineException {
        int bytes = byteSize(wanted);
        wantedBytes = Math.max(wantedBytes, bytes);
        if (bytes > buffer.capacity()) {
            closeTensor();
            int doubled = Integer.highestOneBit(bytes - 1) << 1;
            buffer = allocate(doubled > 0 ? doubled : bytes);
        }
        return buffer.clear().limit(bytes);
    }

    /** The tensor over the buffer in the shape that {@link #bufferFor} was last asked for. */
    OnnxTensor tensor(OrtEnvironment environment, Shape wanted) throws OrtException {
        if (tensor == null || !wanted.equals(shape)) {
            closeTensor();
            buffer.position(0);
            tensor = OnnxTensor.createTensor(environment, buffer, wanted.toArray(), port.carrier());
            OpenNatives.opened();
            shape = wanted;
        }
        return tensor;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** Gives a very large buffer back that is not needed again and again; call it between runs. */
    void trim() {
        boolean large = wantedBytes > Math.max(KEPT_BYTES, buffer.capacity() / USED_PART);
        wantedBytes = 0;
        boolean recent = runsSinceLarge < RECENT_RUNS;
        runsSinceLarge = large ? 0 : Math.min(runsSinceLarge + 1, RECENT_RUNS);
        if (buffer.capacity() > KEPT_BYTES && !recent) {
            closeTensor();
            buffer = allocate(MIN_BYTES);
        }
    }

    private int byteSize(Shape wanted) throws EngineException {
        int elementSize = port.spec().type().elementSize();
        if (wanted.elements() > MAX_BYTES / elementSize) {
            throw new EngineException("tensor '" + port.spec().name() + "' of shape " + wanted + " passes the limit of "
                    + MAX_BYTES + " bytes for one run");
        }
        return (int) wanted.elements() * elementSize;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private void closeTensor() {
        if (tensor != null) {
            tensor.close();
            OpenNatives.closed();
            tensor = null;
        }
    }

    @Override
    public void close() {
        closeTensor();
    }
}
