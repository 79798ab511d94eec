package dev.tern.server.traffic;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;

/**
 * A request that was answered, and its answer, with one reference of its own to each payload once {@link #retain} was
 * called.
 *
 * @param version the number of the one that answered
 * @param nanos how long it took
 */
record Answered(InferenceRequest request, InferenceResponse response, long version, long nanos) {
    /** Bytes that this keeps in memory once it is {@link #compact}. */
    long heldCompact() {
        return Memory.held(request.inputs()) + Memory.heldCompact(response);
    }

    /** This, keeping little more of its answer's memory than the answer; takes over the references. */
    Answered compact() {
        return new Answered(request, Memory.compact(response), version, nanos);
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
