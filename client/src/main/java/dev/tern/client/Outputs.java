package dev.tern.client;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The outputs of a response. Raw contents are shared, not copied; typed contents become raw ones. */
final class Outputs {
    private Outputs() {}

    static Map<String, Tensor> of(ModelInferResponse response) {
        List<ByteString> raw = response.getRawOutputContentsList();
        if (!raw.isEmpty() && raw.size() != response.getOutputsCount()) {
            throw InferException.malformed(raw.size() + " raw contents for " + response.getOutputsCount() + " outputs");
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < response.getOutputsCount(); i++) {
            InferOutputTensor output = response.getOutputs(i);
            outputs.put(output.getName(), raw.isEmpty() ? typed(output) : tensor(output, raw.get(i)));
        }
        return Collections.unmodifiableMap(outputs);
    }

    private static Tensor typed(InferOutputTensor output) {
        return tensor(output, TypedContents.encode(datatype(output), output.getContents()));
    }

    private static Tensor tensor(InferOutputTensor output, ByteString raw) {
        long[] shape = output.getShapeList().stream().mapToLong(Long::longValue).toArray();
        try {
            return Tensor.ofWire(datatype(output), raw, shape);
        } catch (IllegalArgumentException e) {
            throw InferException.malformed("output '" + output.getName() + "': " + e.getMessage());
        }
    }

    private static DataType datatype(InferOutputTensor output) {
        DataType datatype = DataType.ofWireName(output.getDatatype());
        if (datatype == null) {
            throw InferException.malformed(
                    "output '" + output.getName() + "' has the unknown datatype '" + output.getDatatype() + "'");
        }
        return datatype;
    }
}
