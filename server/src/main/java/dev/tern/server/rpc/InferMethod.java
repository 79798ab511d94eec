package dev.tern.server.rpc;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.server.rpc.wire.InferAnswer;
import dev.tern.server.rpc.wire.InferMessage;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** ModelInfer with messages of our own in place of protobuf's. */
final class InferMethod {
    private static final String NAME =
            GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName();

    private InferMethod() {}

    /** {@code service} with ModelInfer handled by {@code infer}, its messages read and written by {@code codec}. */
    static ServerServiceDefinition of(ServerServiceDefinition service, InferCodec codec, InferHandler infer) {
        MethodDescriptor<InferMessage, InferAnswer> descriptor =
                GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder(
                                new RequestMarshaller(codec), new AnswerMarshaller())
                        .build();
        ServerMethodDefinition<InferMessage, InferAnswer> own =
                ServerMethodDefinition.create(descriptor, handler(infer));
        return ServiceMethods.changed(
                service,
                method -> method.getMethodDescriptor().getFullMethodName().equals(NAME) ? own : method);
    }

    /** Metadata are held on to only while somebody wants them. */
    private static ServerCallHandler<InferMessage, InferAnswer> handler(InferHandler infer) {
        ServerCallHandler<InferMessage, InferAnswer> plain = ServerCalls.asyncUnaryCall(infer::handle);
        return (call, headers) -> {
            if (!infer.readsMetadata()) {
                return plain.startCall(call, headers);
            }
            ServerCallHandler<InferMessage, InferAnswer> reading =
                    ServerCalls.asyncUnaryCall((message, out) -> infer.handle(message, headers, out));
            return reading.startCall(call, headers);
        };
    }

    private record RequestMarshaller(InferCodec codec) implements Marshaller<InferMessage> {
        /** Null for what is no message. */
        @Override
        public @Nullable InferMessage parse(InputStream in) {
            return codec.read(in);
        }

        @Override
        public InputStream stream(InferMessage value) {
            throw new UnsupportedOperationException("a server reads requests only");
        }
    }

    private static final class AnswerMarshaller implements Marshaller<InferAnswer> {
        @Override
        public InputStream stream(InferAnswer answer) {
            return new AnswerStream(answer);
        }

        @Override
        public InferAnswer parse(InputStream in) {
            throw new UnsupportedOperationException("a server writes answers only");
        }
    }
}
