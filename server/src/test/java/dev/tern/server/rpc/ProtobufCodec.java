package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.proto.inference.ModelStreamInferResponse;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.rpc.wire.CacheParameter;
import dev.tern.server.rpc.wire.FromProtobuf;
import dev.tern.server.rpc.wire.InRegion;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** ModelInfer's messages by protobuf's own code, as gRPC uses it: what ours is held against. */
final class ProtobufCodec implements InferCodec {
    private static final String FINAL = "triton_final_response";
    private static final InferParameter YES =
            InferParameter.newBuilder().setBoolParam(true).build();

    private final Marshaller<ModelInferRequest> requests =
            ProtoUtils.marshaller(ModelInferRequest.getDefaultInstance());

    @Override
    public @Nullable InferMessage read(InputStream in) {
        try {
            return FromProtobuf.message(requests.parse(in));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                throw e;
            }
            return null;
        }
    }

    @Override
    public InferAnswer write(String model, long version, String id, InferenceResponse response) {
        return new Answer(message(model, version, id, response).build());
    }

    @Override
    public InferAnswer writeStreamed(String model, long version, String id, InferenceResponse response) {
        return new Answer(ModelStreamInferResponse.newBuilder()
                .setInferResponse(message(model, version, id, response).putParameters(FINAL, YES))
                .build());
    }

    @Override
    public InferAnswer writeError(String model, long version, String id, String error) {
        return new Answer(ModelStreamInferResponse.newBuilder()
                .setErrorMessage(error)
                .setInferResponse(ModelInferResponse.newBuilder()
                        .setModelName(model)
                        .setModelVersion(version == 0 ? "" : Long.toString(version))
                        .setId(id)
                        .putParameters(FINAL, YES))
                .build());
    }

    private static ModelInferResponse.Builder message(
            String model, long version, String id, InferenceResponse response) {
        ModelInferResponse.Builder message = ModelInferResponse.newBuilder()
                .setModelName(model)
                .setModelVersion(Long.toString(version))
                .setId(id);
        String origin = CacheParameter.text(response.origin());
        if (!origin.isEmpty()) {
            message.putParameters(
                    CacheParameter.NAME,
                    InferParameter.newBuilder().setStringParam(origin).build());
        }
        for (Tensor output : response.outputs()) {
            message.addOutputs(described(output));
            message.addRawOutputContents(ByteString.copyFrom(Tensors.bytes(output)));
        }
        return message;
    }

    private static InferOutputTensor.Builder described(Tensor output) {
        InferOutputTensor.Builder described = InferOutputTensor.newBuilder()
                .setName(output.name())
                .setDatatype(output.type().name());
        for (int axis = 0; axis < output.shape().rank(); axis++) {
            described.addShape(output.shape().dim(axis));
        }
        if (output.data() instanceof InRegion elsewhere) {
            described.putParameters("shared_memory_region", text(elsewhere.region()));
            described.putParameters("shared_memory_byte_size", number(elsewhere.byteSize()));
            if (elsewhere.offset() > 0) {
                described.putParameters("shared_memory_offset", number(elsewhere.offset()));
            }
        }
        return described;
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    private record Answer(MessageLite message) implements InferAnswer {
        @Override
        public int size() {
            return message.getSerializedSize();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            message.writeTo(out);
        }
    }
}
