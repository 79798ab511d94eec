package dev.tern.server.traffic;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What tensors keep in memory. An answer is often a small part of its whole batch's: one that waits for long must not
 * keep all of that.
 */
final class Memory {
    /** An answer may keep so many times its own size. */
    private static final int MOST_WASTE = 2;

    private Memory() {}

    /** Bytes that references to these keep: their own, or the memory that they are parts of, which they mostly share. */
    static long held(List<Tensor> tensors) {
        long held = size(tensors);
        for (Tensor each : tensors) {
            held = Math.max(held, each.data().held());
        }
        return held;
    }

    /** What {@link #compact} will keep of {@code response}. */
    static long heldCompact(InferenceResponse response) {
        return isWasteful(response) ? size(response.outputs()) : held(response.outputs());
    }

    /** {@code response}, or a copy of it on the heap where it keeps much more than it is; takes over its references. */
    static InferenceResponse compact(InferenceResponse response) {
        if (!isWasteful(response)) {
            return response;
        }
        InferenceResponse copy = new InferenceResponse(
                response.outputs().stream().map(Memory::copy).toList(), response.origin());
        // Last: where there is no memory for the copy, the references stay the caller's.
        response.release();
        return copy;
    }

    private static boolean isWasteful(InferenceResponse response) {
        return held(response.outputs()) > MOST_WASTE * size(response.outputs());
    }

    private static Tensor copy(Tensor tensor) {
        byte[] bytes = new byte[Math.toIntExact(tensor.data().size())];
        tensor.data().copyTo(0, ByteBuffer.wrap(bytes));
        return new Tensor(tensor.name(), tensor.type(), tensor.shape(), HeapPayload.wrap(bytes));
    }

    private static long size(List<Tensor> tensors) {
        long size = 0;
        for (Tensor each : tensors) {
            size += each.data().size();
        }
        return size;
    }
}
