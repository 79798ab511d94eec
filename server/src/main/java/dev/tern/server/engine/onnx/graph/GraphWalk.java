package dev.tern.server.engine.onnx.graph;

import dev.tern.proto.onnx.AttributeProto;
import dev.tern.proto.onnx.FunctionProto;
import dev.tern.proto.onnx.GraphProto;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.NodeProto;
import dev.tern.proto.onnx.SparseTensorProto;
import dev.tern.proto.onnx.TensorProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything a model holds, subgraphs and functions included, in one list each.
 *
 * @param tensors constants: initialisers, sparse ones' parts, and those in attributes
 */
record GraphWalk(
        List<GraphProto> graphs, List<NodeProto> nodes, List<AttributeProto> attributes, List<TensorProto> tensors) {
    static GraphWalk of(ModelProto model) {
        GraphWalk walk = new GraphWalk(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        walk.graph(model.getGraph());
        for (FunctionProto function : model.getFunctionsList()) {
            walk.nodes(function.getNodeList());
            walk.attributes(function.getAttributeProtoList());
        }
        return walk;
    }

    private void graph(GraphProto graph) {
        graphs.add(graph);
        tensors.addAll(graph.getInitializerList());
        for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
            tensors.add(sparse.getValues());
            tensors.add(sparse.getIndices());
        }
        nodes(graph.getNodeList());
    }

    private void nodes(List<NodeProto> all) {
        for (NodeProto node : all) {
            nodes.add(node);
            attributes(node.getAttributeList());
        }
    }

    private void attributes(List<AttributeProto> all) {
        for (AttributeProto attribute : all) {
            attributes.add(attribute);
            if (attribute.hasT()) {
                tensors.add(attribute.getT());
            }
            tensors.addAll(attribute.getTensorsList());
            if (attribute.hasG()) {
                graph(attribute.getG());
            }
            attribute.getGraphsList().forEach(this::graph);
        }
    }
}
