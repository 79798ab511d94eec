package dev.tern.server.predict;

import dev.tern.server.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request: the outputs asked for. Owns one reference to each payload.
 *
 * @param memo what all answers of these outputs share; null where they are given once
 * @param ageNanos how long ago the model gave it, where something else kept it meanwhile and knows; else 0
 */
public record InferenceResponse(
        List<Tensor> outputs, Origin origin, @Nullable Memo memo, long ageNanos) {
    public InferenceResponse(List<Tensor> outputs, Origin origin, @Nullable Memo memo) {
        this(outputs, origin, memo, 0);
    }

    public InferenceResponse(List<Tensor> outputs, Origin origin) {
        this(outputs, origin, null);
    }

    /** An answer from the model. */
    public InferenceResponse(List<Tensor> outputs) {
        this(outputs, Origin.MODEL);
    }

    /** The same outputs, and the same references to them, from elsewhere. */
    public InferenceResponse from(Origin other) {
        return new InferenceResponse(outputs, other, memo, ageNanos);
    }

    /** Takes one more reference to each payload: for one more response of these outputs. */
    public void retain() {
        for (int i = 0; i < outputs.size(); i++) {
            outputs.get(i).data().retain();
        }
    }

    public void release() {
        for (int i = 0; i < outputs.size(); i++) {
            outputs.get(i).data().release();
        }
    }
}
