package dev.tern.server.rpc;

import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.tensor.Tensor;

/** Makes an answer ready to be sent, or says why it cannot be. */
final class ResponseEncoder {
    private ResponseEncoder() {}

    static InferAnswer encode(
            GrpcCall call, InferCodec codec, String model, long version, String id, InferenceResponse response)
            throws Malformed {
        requireFits(response);
        return call.encode(codec, model, version, id, response);
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
}
