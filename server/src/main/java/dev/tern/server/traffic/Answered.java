package dev.tern.server.traffic;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.Tensor;
import java.util.List;

/**
 * A request that was answered, and its answer, with one reference of its own to each payload once {@link #retain} was
 * called.
 *
 * @param version the number of the one that answered
 * @param nanos how long it took
 */
record Answered(InferenceRequest request, InferenceResponse response, long version, long nanos) {
    /** Payloads of the request and of its answer. */
    long bytes() {
        return bytes(request.inputs()) + bytes(response.outputs());
    }

    private static long bytes(List<Tensor> tensors) {
        long bytes = 0;
        for (Tensor each : tensors) {
            bytes += each.data().size();
        }
        return bytes;
    }

    /** Takes the references. */
    void retain() {
        request.inputs().forEach(each -> each.data().retain());
        response.retain();
    }

    /** Gives them back. */
    void release() {
        request.release();
        response.release();
    }
}
