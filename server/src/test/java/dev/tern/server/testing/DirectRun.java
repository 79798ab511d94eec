package dev.tern.server.testing;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtUtil;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model run by ONNX Runtime itself, with none of the server's code between. */
public final class DirectRun implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    public DirectRun(byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = environment.createSession(model, options);
        }
    }

    /** All outputs; {@code types} names each with its datatype. */
    public List<Tensor> run(List<Tensor> inputs, Map<String, DataType> types) throws OrtException {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        try {
            for (Tensor input : inputs) {
                given.put(input.name(), tensor(input));
            }
            try (OrtSession.Result result = session.run(given)) {
                List<Tensor> outputs = new ArrayList<>();
                for (Map.Entry<String, OnnxValue> each : result) {
                    outputs.add(output(each.getKey(), types, (OnnxTensor) each.getValue()));
                }
                return outputs;
            }
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(Tensor input) throws OrtException {
        long[] shape = input.shape().toArray();
        if (input.type() == DataType.BYTES) {
            String[] texts = BytesElements.read(input.data(), input.shape().elements()).elements().stream()
                    .map(each -> StandardCharsets.UTF_8.decode(each).toString())
                    .toArray(String[]::new);
            return OnnxTensor.createTensor(environment, texts, shape);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) input.data().size()).order(ByteOrder.nativeOrder());
        input.data().copyTo(0, bytes);
        return OnnxTensor.createTensor(environment, bytes.flip(), shape, typeOf(input.type()));
    }

    private static Tensor output(String name, Map<String, DataType> types, OnnxTensor tensor) throws OrtException {
        DataType type = types.get(name);
        if (type == null) {
            throw new AssertionError("the model has an output that the test does not know: " + name);
        }
        byte[] raw = type == DataType.BYTES
                ? BytesElements.write(Arrays.stream(OrtUtil.flattenString(tensor.getValue()))
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList())
                : tensor.getByteBuffer().array();
        return new Tensor(name, type, Shape.of(tensor.getInfo().getShape()), HeapPayload.wrap(raw));
    }

    private static OnnxJavaType typeOf(DataType type) {
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
            case UINT16, UINT32, UINT64, BYTES ->
                throw new IllegalArgumentException("the Java binding makes no " + type + " tensors from bytes");
        };
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
