package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import dev.tern.server.engine.onnx.graph.Binding;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.DataType;
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
    static List<Port> inputs(OnnxModel model) {
        return ports(model.signature().inputs(), model.inputs());
    }

    static List<Port> outputs(OnnxModel model) {
        return ports(model.signature().outputs(), model.outputs());
    }

    private static List<Port> ports(List<TensorSpec> specs, List<Binding> bindings) {
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            Binding binding = bindings.get(i);
            ports.add(new Port(specs.get(i), binding.sessionName(), javaType(binding.sessionType())));
        }
        return List.copyOf(ports);
    }

    private static OnnxJavaType javaType(DataType type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case BYTES -> OnnxJavaType.STRING;
            case UINT16, UINT32, UINT64 ->
                throw new IllegalArgumentException("ONNX Runtime's Java binding has no tensor of type " + type);
        };
    }
}
