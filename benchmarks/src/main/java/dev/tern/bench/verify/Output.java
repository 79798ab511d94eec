package dev.tern.bench.verify;

import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.TensorInfo;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One output of an answer, its contents in raw little-endian form whichever form the server chose. */
record Output(String name, String datatype, List<Long> shape, ByteString contents) {
    static Map<String, Output> of(ModelInferResponse answer) {
        Map<String, Output> outputs = new LinkedHashMap<>();
        for (int i = 0; i < answer.getOutputsCount(); i++) {
            InferOutputTensor tensor = answer.getOutputs(i);
            ByteString contents = i < answer.getRawOutputContentsCount()
                    ? answer.getRawOutputContents(i)
                    : raw(tensor.getDatatype(), tensor.getContents());
            outputs.put(
                    tensor.getName(),
                    new Output(tensor.getName(), tensor.getDatatype(), tensor.getShapeList(), contents));
        }
        return outputs;
    }

    ByteBuffer buffer() {
        return contents.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Elements per entry of the first dimension. */
    long rowLength() {
        return shape.stream().skip(1).mapToLong(Long::longValue).reduce(1, (left, right) -> left * right);
    }

    String form() {
        return datatype + TensorInfo.dimensions(shape);
    }

    private static ByteString raw(String datatype, InferTensorContents typed) {
        RawWriter raw = new RawWriter(datatype);
        typed.getBoolContentsList().forEach(each -> raw.integer(each ? 1 : 0));
        typed.getIntContentsList().forEach(each -> raw.integer(each));
        typed.getInt64ContentsList().forEach(raw::integer);
        typed.getUintContentsList().forEach(each -> raw.integer(each));
        typed.getUint64ContentsList().forEach(raw::integer);
        typed.getFp32ContentsList().forEach(each -> raw.number(each));
        typed.getFp64ContentsList().forEach(raw::number);
        typed.getBytesContentsList().forEach(raw::bytes);
        return raw.written();
    }
}
