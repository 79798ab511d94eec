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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ModelInfer and ModelStreamInfer with messages of our own in place of protobuf's. */
final class InferMethod {
    private InferMethod() {}

    /**
     * {@code service} with ModelInfer handled by {@code infer} and ModelStreamInfer by {@code streams}, their messages read
     * and written by {@code codec}.
     */
    static ServerServiceDefinition of(
            ServerServiceDefinition service, InferCodec codec, InferHandler infer, InferStreams streams) {
        List<ServerMethodDefinition<InferMessage, InferAnswer>> own = List.of(
                own(GRPCInferenceServiceGrpc.getModelInferMethod(), codec, handler(infer)),
                own(GRPCInferenceServiceGrpc.getModelStreamInferMethod(), codec, streams));
        return ServiceMethods.changed(service, method -> changed(method, own));
    }

    /** Whether calls of {@code method} answer with inferences. */
    static boolean isInference(MethodDescriptor<?, ?> method) {
        String name = method.getFullMethodName();
        return name.equals(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName())
                || name.equals(
                        GRPCInferenceServiceGrpc.getModelStreamInferMethod().getFullMethodName());
    }

    private static ServerMethodDefinition<InferMessage, InferAnswer> own(
            MethodDescriptor<?, ?> method, InferCodec codec, ServerCallHandler<InferMessage, InferAnswer> handler) {
        return ServerMethodDefinition.create(
                method.toBuilder(new RequestMarshaller(codec), new AnswerMarshaller())
                        .build(),
                handler);
    }

    private static ServerMethodDefinition<?, ?> changed(
            ServerMethodDefinition<?, ?> method, List<ServerMethodDefinition<InferMessage, InferAnswer>> own) {
        String name = method.getMethodDescriptor().getFullMethodName();
        for (ServerMethodDefinition<InferMessage, InferAnswer> each : own) {
            if (each.getMethodDescriptor().getFullMethodName().equals(name)) {
                return each;
            }
        }
        return method;
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
