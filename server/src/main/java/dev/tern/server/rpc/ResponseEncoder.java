package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;

/** Turns an answer into a ModelInferResponse: always raw contents, one entry per output. */
final class ResponseEncoder {
    private ResponseEncoder() {}

    static ModelInferResponse encode(String model, long version, String id, InferenceResponse response)
            throws Malformed {
        requireFits(response);
        ModelInferResponse.Builder message = ModelInferResponse.newBuilder()
                .setModelName(model)
                .setModelVersion(Long.toString(version))
                .setId(id);
        for (int i = 0; i < response.outputs().size(); i++) {
            Tensor output = response.outputs().get(i);
            message.addOutputs(describe(output));
            message.addRawOutputContents(bytes(output.data()));
        }
        return message.build();
    }

    private static void requireFits(InferenceResponse response) throws Malformed {
        long size = 0;
        for (Tensor output : response.outputs()) {
            size += output.data().size();
        }
        if (size > Integer.MAX_VALUE) {
            throw Malformed.invalid("Response has byte size " + size + " which exceeds gRPC's byte size limit "
                    + Integer.MAX_VALUE + ".");
        }
    }

    private static InferOutputTensor describe(Tensor output) {
        InferOutputTensor.Builder described = InferOutputTensor.newBuilder()
                .setName(output.name())
                .setDatatype(output.type().name());
        for (int axis = 0; axis < output.shape().rank(); axis++) {
            described.addShape(output.shape().dim(axis));
        }
        return described.build();
    }

    private static ByteString bytes(Payload data) {
        byte[] bytes = new byte[(int) data.size()];
        data.copyTo(0, ByteBuffer.wrap(bytes));
        // Nobody else holds the array, so that protobuf may keep it as it is.
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
