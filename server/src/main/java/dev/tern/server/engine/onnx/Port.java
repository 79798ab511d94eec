package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import dev.tern.server.engine.onnx.graph.Binding;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * One input or output of a model as its session sees it.
 *
 * @param spec what the model declares and callers see
 * @param sessionName its name in the session, another than the declared one where a Cast was put in between
 * @param carrier the type the session takes: of the same size as the declared one, and the same bits
 */
record Port(TensorSpec spec, String sessionName, OnnxJavaType carrier) {
    static List<Port> inputs(OnnxSession session) {
        return ports(session.signature().inputs(), session.model().inputs());
    }

    static List<Port> outputs(OnnxSession session) {
        return ports(session.signature().outputs(), session.model().outputs());
    }

    private static List<Port> ports(List<TensorSpec> specs, List<Binding> bindings) {
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            Binding binding = bindings.get(i);
            ports.add(new Port(specs.get(i), binding.sessionName(), OrtTypes.of(binding.sessionType())));
        }
        return List.copyOf(ports);
    }
}
