package dev.tern.server.rpc;

import dev.tern.server.rpc.wire.InferAnswer;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compresses the answers of ModelInfer and ModelStreamInfer for clients that can read it: with gzip, or else deflate. */
final class AnswerCompression implements ServerInterceptor {
    /** What is smaller goes out as it is: it fits into one packet anyway. */
    static final int SMALLEST = 1024;

    private static final Metadata.Key<String> ACCEPTED =
            Metadata.Key.of("grpc-accept-encoding", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        Zlib format = InferMethod.isInference(call.getMethodDescriptor()) ? accepted(headers.get(ACCEPTED)) : null;
        if (format == null) {
            return next.startCall(call, headers);
        }
        call.setCompression(format.encoding());
        return next.startCall(new UnlessSmall<>(call), headers);
    }

    private static @Nullable Zlib accepted(@Nullable String list) {
        List<String> encodings = list == null
                ? List.of()
                : Arrays.stream(list.split(",", -1)).map(String::strip).toList();
        for (Zlib each : Zlib.values()) {
            if (encodings.contains(each.encoding())) {
                return each;
            }
        }
        return null;
    }

    private static final class UnlessSmall<I, O> extends SimpleForwardingServerCall<I, O> {
        UnlessSmall(ServerCall<I, O> call) {
            super(call);
        }

        @Override
        public void sendMessage(O message) {
            setMessageCompression(message instanceof InferAnswer answer && answer.size() >= SMALLEST);
            super.sendMessage(message);
        }
    }
}
