package dev.tern.server.predict;

import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One inference request, for a version that has been resolved.
 *
 * @param model the model's name
 * @param id the caller's own id, echoed in the answer; empty when none was given
 * @param inputs in the caller's order
 * @param outputs names of the outputs asked for, in the caller's order; empty asks for all
 * @param parameters Boolean, Long, Double or String by key
 * @param key what the answer may be kept under; null if it is not to be kept
 */
public record InferenceRequest(
        String model,
        String id,
        List<Tensor> inputs,
        List<String> outputs,
        Map<String, Object> parameters,
        Call call,
        @Nullable CacheKey key) {

    /** A request whose answer is not to be kept. */
    public InferenceRequest(
            String model,
            String id,
            List<Tensor> inputs,
            List<String> outputs,
            Map<String, Object> parameters,
            Call call) {
        this(model, id, inputs, outputs, parameters, call, null);
    }

    /** This request with other tensors, and so without a key. */
    public InferenceRequest withInputs(List<Tensor> replacement) {
        return new InferenceRequest(model, id, replacement, outputs, parameters, call);
    }

    /** This request with its answer kept under {@code key}; the same references to the payloads. */
    public InferenceRequest withKey(CacheKey key) {
        return new InferenceRequest(model, id, inputs, outputs, parameters, call, key);
    }

    /** This request for another caller, or for several at once; the same references to the payloads. */
    public InferenceRequest withCall(Call other) {
        return new InferenceRequest(model, id, inputs, outputs, parameters, other, key);
    }

    /** Gives the payloads back; done once, by whoever made the request, after it was answered. */
    public void release() {
        for (int i = 0; i < inputs.size(); i++) {
            inputs.get(i).data().release();
        }
    }
}
