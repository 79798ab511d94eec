package dev.tern.server.engine.onnx.graph;

import dev.tern.proto.onnx.GraphProto;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.proto.onnx.ValueInfoProto;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of a graph's declared inputs a request brings.
 *
 * @param values those, in the model's order
 * @param specs what they declare, in the same order
 * @param overridable those with a default in the model, whether in {@code specs} or not
 */
record Inputs(List<ValueInfoProto> values, List<TensorSpec> specs, List<TensorSpec> overridable) {
    /** Before it every constant is listed as an input too, and none can be overridden. */
    private static final long OVERRIDABLE_SINCE_IR = 4;

    static Inputs of(ModelProto model, Set<String> optionalInputs) throws ModelRefusedException {
        GraphProto graph = model.getGraph();
        Set<String> constants = constants(graph);
        List<ValueInfoProto> withDefault = graph.getInputList().stream()
                .filter(input -> constants.contains(input.getName()))
                .toList();
        List<TensorSpec> overridable = model.getIrVersion() < OVERRIDABLE_SINCE_IR
                ? List.of()
                : GraphSignature.specs("input", withDefault).stream()
                        .map(Inputs::optional)
                        .toList();
        checkAsked(optionalInputs, overridable);
        List<ValueInfoProto> values = graph.getInputList().stream()
                .filter(input -> !constants.contains(input.getName()) || optionalInputs.contains(input.getName()))
                .toList();
        List<TensorSpec> specs = new ArrayList<>();
        for (TensorSpec spec : GraphSignature.specs("input", values)) {
            specs.add(constants.contains(spec.name()) ? optional(spec) : spec);
        }
        return new Inputs(values, List.copyOf(specs), overridable);
    }

    private static Set<String> constants(GraphProto graph) {
        Set<String> names =
                graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
        graph.getSparseInitializerList()
                .forEach(sparse -> names.add(sparse.getValues().getName()));
        return names;
    }

    private static void checkAsked(Set<String> asked, List<TensorSpec> overridable) throws ModelRefusedException {
        List<String> known = overridable.stream().map(TensorSpec::name).toList();
        for (String name : asked) {
            if (!known.contains(name)) {
                throw new ModelRefusedException("input '" + name + "' is to be optional, but the model has no default"
                        + " for it; it has defaults for " + known);
            }
        }
    }

    private static TensorSpec optional(TensorSpec spec) {
        return new TensorSpec(spec.name(), spec.type(), spec.shape(), true);
    }
}
