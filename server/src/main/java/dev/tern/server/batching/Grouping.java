package dev.tern.server.batching;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Which requests may share a run. */
public final class Grouping {
    /** Of the requests that are alike, those of exactly one shape but for the rows. */
    public static Grouping exact() {
        return new Grouping();
    }

    private Grouping() {}

    Object key(InferenceRequest request) {
        List<Input> inputs = new ArrayList<>(request.inputs().size());
        for (Tensor tensor : request.inputs()) {
            inputs.add(new Input(tensor.name(), tensor.shape().row()));
        }
        return inputs;
    }

    long unitsPerRow(InferenceRequest request) {
        return 1;
    }

    private record Input(String name, Shape row) {}
}
