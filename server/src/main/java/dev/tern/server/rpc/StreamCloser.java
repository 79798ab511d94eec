package dev.tern.server.rpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows the open streams of services whose streams never end by themselves, and ends them when the server drains. */
final class StreamCloser implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(StreamCloser.class);

    private final Set<ServerCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        if (call.getMethodDescriptor().getType().serverSendsOneMessage()) {
            return next.startCall(call, headers);
        }
        open.add(call);
        if (closed) {
            // It came while connections were being told to go away.
            end(call);
            return new ServerCall.Listener<>() {};
        }
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onCancel() {
                open.remove(call);
                super.onCancel();
            }

            @Override
            public void onComplete() {
                open.remove(call);
                super.onComplete();
            }
        };
    }

    /** Ends every stream that is open and every one that comes from now on. */
    void closeAll() {
        closed = true;
        open.forEach(this::end);
    }

    private void end(ServerCall<?, ?> call) {
        if (open.remove(call)) {
            try {
                call.close(Status.UNAVAILABLE.withDescription("Server exiting"), new Metadata());
            } catch (IllegalStateException e) {
                LOG.debug("A stream was closed by its service just before", e);
            }
        }
    }
}
