package dev.tern.server.engine.onnx.graph;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;
import java.util.Set;

/** Chooses what the session calls each input and output. */
final class Bindings {
    private final Set<String> taken;

    /** @param taken every name the model uses already; new ones are added to it */
    Bindings(Set<String> taken) {
        this.taken = taken;
    }

    List<Binding> of(List<TensorSpec> specs) {
        return specs.stream().map(this::of).toList();
    }

    private Binding of(TensorSpec spec) {
        DataType carrier = ElementTypes.carrier(spec.type());
        return new Binding(spec.name(), carrier == spec.type() ? spec.name() : newName(spec, carrier), carrier);
    }

    private String newName(TensorSpec spec, DataType carrier) {
        String name = spec.name() + "_as_" + carrier;
        while (!taken.add(name)) {
            name += "_";
        }
        return name;
    }
}
