package dev.tern.server.engine.onnx.graph;

import dev.tern.proto.onnx.AttributeProto;
import dev.tern.proto.onnx.NodeProto;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses models that may give out texts which an operator of a library has made: nobody can tell whether ONNX Runtime's
 * Java binding would pass them unchanged.
 *
 * <p>An output is followed back to where its texts come from, and too far rather than not far enough: to every input of an
 * operator but those that hold no texts.
 */
final class LibraryTexts {
    private static final Set<String> OWN_DOMAINS =
            Set.of("", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft");

    /** Whatever they are given, their texts are their attributes', which {@link StringSafety} has looked at. */
    private static final Set<String> LABELLING = Set.of(
            "CategoryMapper", "LabelEncoder", "LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier", "ZipMap");

    /** Their first input holds the values, the others say which. */
    private static final Set<String> CHOOSING = Set.of(
            "ArrayFeatureExtractor", "Compress", "Expand", "Gather", "GatherElements", "GatherND", "Reshape", "Slice");

    /** Several where subgraphs use the same name. */
    private final Map<String, List<NodeProto>> makers = new HashMap<>();

    private final boolean anywhere;

    private LibraryTexts(GraphWalk walk) {
        walk.nodes()
                .forEach(node -> node.getOutputList().stream()
                        // An output without a name is left out.
                        .filter(output -> !output.isEmpty())
                        .forEach(output -> makers.computeIfAbsent(output, it -> new ArrayList<>())
                                .add(node)));
        this.anywhere = walk.nodes().stream().anyMatch(LibraryTexts::isForeign);
    }

    static void check(List<TensorSpec> outputs, GraphWalk walk) throws ModelRefusedException {
        LibraryTexts texts = new LibraryTexts(walk);
        for (TensorSpec output : outputs) {
            if (output.type() == DataType.BYTES && texts.mayBeMade(output.name())) {
                throw new ModelRefusedException("output '" + output.name() + "' gives strings that an operator of a"
                        + " library may have made; ONNX Runtime's Java binding would answer some of them wrongly (allowed:"
                        + " numbers, and strings that the model was sent or holds)");
            }
        }
    }

    private boolean mayBeMade(String output) {
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(output));
        while (anywhere && !open.isEmpty()) {
            for (NodeProto maker : makers.getOrDefault(open.remove(), List.of())) {
                // Before all that goes by the operator's name, which is a library's to choose.
                if (isForeign(maker) || hasSubgraph(maker)) {
                    return true;
                }
                sources(maker).stream().filter(seen::add).forEach(open::add);
            }
        }
        return false;
    }

    private static List<String> sources(NodeProto maker) {
        if (LABELLING.contains(maker.getOpType())) {
            return List.of();
        }
        boolean choosing = CHOOSING.contains(maker.getOpType()) && maker.getInputCount() > 0;
        return choosing ? maker.getInputList().subList(0, 1) : maker.getInputList();
    }

    private static boolean isForeign(NodeProto node) {
        return !OWN_DOMAINS.contains(node.getDomain());
    }

    private static boolean hasSubgraph(NodeProto node) {
        return node.getAttributeList().stream().anyMatch(LibraryTexts::hasSubgraph);
    }

    private static boolean hasSubgraph(AttributeProto attribute) {
        return attribute.hasG() || attribute.getGraphsCount() > 0;
    }
}
