package dev.tern.server.predict;

import dev.tern.server.tensor.Tensor;
import java.util.List;

/** The answer to one request: the outputs asked for. Owns one reference to each payload. */
public record InferenceResponse(List<Tensor> outputs, Origin origin) {
    /** An answer from the model. */
    public InferenceResponse(List<Tensor> outputs) {
        this(outputs, Origin.MODEL);
    }

    public void release() {
        for (int i = 0; i < outputs.size(); i++) {
            outputs.get(i).data().release();
        }
    }
}
