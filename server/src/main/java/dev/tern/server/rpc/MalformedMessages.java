package dev.tern.server.rpc;

import dev.tern.server.rpc.wire.InferMessage;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request that is no message of its type, or is too large once it is decompressed, with a status. Left to gRPC,
 * each would be an unknown error to its caller and a stack trace in the log. A stream gets null for such a message, and ends
 * itself when its turn comes.
 */
final class MalformedMessages implements ServerInterceptor {
    /** Why this thread's last message was not read; none if it is no message. gRPC hands a message on as soon as it is read. */
    private static final ThreadLocal<@Nullable Status> REFUSAL = new ThreadLocal<>();

    private MalformedMessages() {}

    /** {@code service}, its requests read so. */
    static ServerServiceDefinition refusedBy(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServiceMethods.changed(service, method -> tolerant(method)), new MalformedMessages());
    }

    /** How a call ends whose request is null; where it is handed on. */
    static Status status(MethodDescriptor<?, ?> method) {
        Status refusal = REFUSAL.get();
        REFUSAL.remove();
        return refusal != null
                ? refusal
                : Status.INTERNAL.withDescription(
                        "the request is not a valid message of " + method.getFullMethodName());
    }

    private static <I, O> ServerMethodDefinition<I, O> tolerant(ServerMethodDefinition<I, O> method) {
        MethodDescriptor<I, O> descriptor = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                descriptor.toBuilder()
                        .setRequestMarshaller(new Tolerant<>(descriptor.getRequestMarshaller()))
                        .build(),
                method.getServerCallHandler());
    }

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        MethodDescriptor<I, O> method = call.getMethodDescriptor();
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;
            private @Nullable InferMessage last;

            @Override
            public void onMessage(@Nullable I message) {
                keepsNothing();
                last = message instanceof InferMessage infer ? infer : null;
                if (!method.getType().clientSendsOneMessage()) {
                    onOneOfMany(message);
                } else if (message != null) {
                    super.onMessage(message);
                } else if (!refused) {
                    refused = true;
                    call.close(status(method), new Metadata());
                }
            }

            /** Its handler has taken it over or never will; what it held on to, an idle stream would keep. */
            private void onOneOfMany(@Nullable I message) {
                try {
                    super.onMessage(message);
                } finally {
                    keepsNothing();
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
                keepsNothing();
            }

            @Override
            public void onCancel() {
                keepsNothing();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                keepsNothing();
                super.onComplete();
            }

            /** A message that no handler took over, as the call ended before it or there was one too many. */
            private void keepsNothing() {
                if (last != null) {
                    last.release();
                    last = null;
                }
            }
        };
    }

    /** Gives null for what it cannot read. */
    private record Tolerant<T>(Marshaller<T> marshaller) implements Marshaller<T> {
        @Override
        public InputStream stream(T value) {
            return marshaller.stream(value);
        }

        @Override
        public @Nullable T parse(InputStream stream) {
            try {
                T message = marshaller.parse(stream);
                if (message == null) {
                    // Else this would be told what a message before it was, of a stream that had ended.
                    REFUSAL.remove();
                }
                return message;
            } catch (StatusRuntimeException e) {
                // Any other is protobuf's, of bytes that are no message.
                REFUSAL.set(e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED ? e.getStatus() : null);
                return null;
            }
        }
    }
}
