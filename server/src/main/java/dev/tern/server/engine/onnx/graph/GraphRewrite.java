package dev.tern.server.engine.onnx.graph;

import dev.tern.proto.onnx.AttributeProto;
import dev.tern.proto.onnx.GraphProto;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.NodeProto;
import dev.tern.proto.onnx.OperatorSetIdProto;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.proto.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a model anew so that ONNX Runtime's Java binding can feed it.
 *
 * <p>An unsigned input becomes a signed one under another name, cast to the unsigned type under the old name: over
 * two's complement the bits stay what they were. An output is cast the other way. An input that may be left out
 * loses its constant, because the binding passes declared inputs only; whoever runs the model then always brings it.
 */
final class GraphRewrite {
    /** The operator set that makes the cast where the model imports none of ONNX's own. */
    private static final long DEFAULT_OPSET = 13;

    /** The first in which Cast names its type by number. */
    private static final long MIN_OPSET = 6;

    private final Map<String, Binding> inputs;
    private final Map<String, Binding> outputs;
    private final List<NodeProto> casts = new ArrayList<>();

    private GraphRewrite(Map<String, Binding> inputs, Map<String, Binding> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** @param dropped constants to remove, by name */
    static ModelProto apply(ModelProto model, List<Binding> inputs, List<Binding> outputs, Set<String> dropped) {
        GraphRewrite rewrite = new GraphRewrite(renamed(inputs), renamed(outputs));
        ModelProto.Builder written = model.toBuilder().setGraph(rewrite.graph(model.getGraph(), dropped));
        if (!rewrite.casts.isEmpty() && opset(model) == 0) {
            written.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(DEFAULT_OPSET));
        }
        return written.build();
    }

    /** @throws ModelRefusedException if a cast is needed and the model is too old for one between integers */
    static void checkCanCast(ModelProto model, List<Binding> inputs, List<Binding> outputs)
            throws ModelRefusedException {
        long opset = opset(model);
        Optional<String> unsigned = Stream.of(renamed(inputs), renamed(outputs))
                .flatMap(each -> each.keySet().stream())
                .findFirst();
        if (opset > 0 && opset < MIN_OPSET && unsigned.isPresent()) {
            throw new ModelRefusedException("tensor '" + unsigned.get() + "' is unsigned, which needs operator set "
                    + MIN_OPSET + " or newer; the model uses " + opset);
        }
    }

    private static long opset(ModelProto model) {
        return model.getOpsetImportList().stream()
                .filter(each -> each.getDomain().isEmpty() || each.getDomain().equals("ai.onnx"))
                .mapToLong(OperatorSetIdProto::getVersion)
                .max()
                .orElse(0);
    }

    private static Map<String, Binding> renamed(List<Binding> bindings) {
        return bindings.stream()
                .filter(binding -> !binding.name().equals(binding.sessionName()))
                .collect(Collectors.toMap(Binding::name, Function.identity()));
    }

    private GraphProto graph(GraphProto graph, Set<String> dropped) {
        GraphProto.Builder written = graph.toBuilder();
        written.clearInput().clearOutput().clearInitializer().clearNode();
        graph.getInputList().forEach(input -> written.addInput(input(input)));
        // Casts of inputs come first: a node may only use what earlier ones made.
        written.addAllNode(casts).addAllNode(graph.getNodeList());
        int before = casts.size();
        graph.getOutputList().forEach(output -> written.addOutput(output(output)));
        written.addAllNode(casts.subList(before, casts.size()));
        graph.getInitializerList().stream()
                .filter(constant -> !dropped.contains(constant.getName()))
                .forEach(written::addInitializer);
        return written.build();
    }

    private ValueInfoProto input(ValueInfoProto input) {
        Binding binding = inputs.get(input.getName());
        if (binding == null) {
            return input;
        }
        addCast(
                binding.sessionName(),
                input.getName(),
                input.getType().getTensorType().getElemType());
        return carried(input, binding);
    }

    private ValueInfoProto output(ValueInfoProto output) {
        Binding binding = outputs.get(output.getName());
        if (binding == null) {
            return output;
        }
        addCast(output.getName(), binding.sessionName(), ElementTypes.integerNumber(binding.sessionType()));
        return carried(output, binding);
    }

    private static ValueInfoProto carried(ValueInfoProto value, Binding binding) {
        ValueInfoProto.Builder carried = value.toBuilder().setName(binding.sessionName());
        carried.getTypeBuilder().getTensorTypeBuilder().setElemType(ElementTypes.integerNumber(binding.sessionType()));
        return carried.build();
    }

    private void addCast(String from, String to, int elementType) {
        casts.add(NodeProto.newBuilder()
                .setOpType("Cast")
                .setName(from + "_to_" + to)
                .addInput(from)
                .addOutput(to)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("to")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(elementType))
                .build());
    }

    /** Every name a value has anywhere in the model, so that a new one can differ from all. */
    static Set<String> names(GraphWalk walk) {
        Set<String> names = walk.tensors().stream().map(TensorProto::getName).collect(Collectors.toSet());
        for (NodeProto node : walk.nodes()) {
            names.addAll(node.getInputList());
            names.addAll(node.getOutputList());
            names.add(node.getName());
        }
        for (GraphProto graph : walk.graphs()) {
            graph.getInputList().forEach(value -> names.add(value.getName()));
            graph.getOutputList().forEach(value -> names.add(value.getName()));
        }
        return names;
    }
}
