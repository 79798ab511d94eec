package dev.tern.client;

import io.grpc.ClientCall;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call that completes a future; who completes the future first ends the call. gRPC calls it from one thread at a time. */
final class FutureCall<Q, R, T> implements StreamObserver<R> {
    private final Rpc<Q, R, T> rpc;
    private final Executor completer;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable R response;
    private volatile boolean closed;

    private FutureCall(Rpc<Q, R, T> rpc, Executor completer) {
        this.rpc = rpc;
        this.completer = completer;
    }

    static <Q, R, T> CompletableFuture<T> start(
            Rpc<Q, R, T> rpc, ClientCall<Q, R> call, Q request, Executor completer) {
        FutureCall<Q, R, T> started = new FutureCall<>(rpc, completer);
        ClientCalls.asyncUnaryCall(call, request, started);
        CompletableFuture<T> unused = started.future.whenComplete((result, error) -> started.cancelUnlessClosed(call));
        return started.future;
    }

    @Override
    public void onNext(R response) {
        this.response = response;
    }

    @Override
    public void onError(Throwable error) {
        close(() -> rpc.read(InferException.of(error)));
    }

    @Override
    public void onCompleted() {
        R received = response;
        close(() -> rpc.read(required(received)));
    }

    private R required(@Nullable R received) {
        if (received == null) {
            throw InferException.malformed("no message in " + rpc.method().getFullMethodName());
        }
        return received;
    }

    private void close(Supplier<T> outcome) {
        closed = true;
        completer.execute(() -> complete(outcome));
    }

    private void complete(Supplier<T> outcome) {
        T result;
        try {
            result = outcome.get();
        } catch (RuntimeException | Error e) {
            // An error too: whoever waits for the future would wait for ever.
            future.completeExceptionally(e);
            return;
        }
        future.complete(result);
    }

    private void cancelUnlessClosed(ClientCall<Q, R> call) {
        if (!closed) {
            call.cancel("cancelled by the caller", null);
        }
    }
}
