package dev.tern.server.engine.onnx.graph;

import com.google.protobuf.ByteString;
import dev.tern.proto.onnx.AttributeProto;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * Refuses models whose strings would come back wrong, without an error, from ONNX Runtime's Java binding.
 *
 * <p>A string that a model gives out is one it was sent (checked per request) or one that it holds (checked here).
 */
final class StringSafety {
    private StringSafety() {}

    static void check(List<TensorSpec> outputs, GraphWalk walk) throws ModelRefusedException {
        Optional<TensorSpec> output =
                outputs.stream().filter(spec -> spec.type() == DataType.BYTES).findFirst();
        if (output.isEmpty()) {
            return;
        }
        for (TensorProto tensor : walk.tensors()) {
            check(output.get(), "tensor '" + tensor.getName() + "'", tensor.getStringDataList());
        }
        for (AttributeProto attribute : walk.attributes()) {
            String holder = "attribute '" + attribute.getName() + "'";
            check(output.get(), holder, List.of(attribute.getS()));
            check(output.get(), holder, attribute.getStringsList());
        }
    }

    private static void check(TensorSpec output, String holder, List<ByteString> texts) throws ModelRefusedException {
        for (ByteString text : texts) {
            String defect = Text.defect(text);
            if (!defect.isEmpty()) {
                throw new ModelRefusedException("output '" + output.name() + "' gives strings, and " + holder
                        + " holds " + Text.quoted(text) + ", which " + defect
                        + "; ONNX Runtime's Java binding would answer it wrongly");
            }
        }
    }
}
