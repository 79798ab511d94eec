package dev.tern.server.rpc;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The caller behind one gRPC call. */
final class GrpcCall implements Call {
    private final long deadlineNanos;
    private final AtomicReference<Runnable> onDone = new AtomicReference<>(Marker.NOTHING);

    private GrpcCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** The caller of the call that this thread is handling. Called within the handler, as gRPC requires. */
    static GrpcCall current(ServerCallStreamObserver<?> observer, Clock clock) {
        Deadline deadline = Context.current().getDeadline();
        GrpcCall call = new GrpcCall(
                deadline == null ? NO_DEADLINE : clock.nanoTime() + deadline.timeRemaining(TimeUnit.NANOSECONDS));
        observer.setOnCancelHandler(call::gone);
        return call;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public boolean isDone() {
        return onDone.get() == Marker.GONE;
    }

    @Override
    public void onDone(Runnable action) {
        Runnable before = onDone.getAndUpdate(now -> now == Marker.GONE ? Marker.GONE : both(now, action));
        if (before == Marker.GONE) {
            action.run();
        }
    }

    /** The caller waits no more; safe to call again. */
    void gone() {
        onDone.getAndSet(Marker.GONE).run();
    }

    private static Runnable both(Runnable first, Runnable second) {
        return first == Marker.NOTHING
                ? second
                : () -> {
                    first.run();
                    second.run();
                };
    }

    private enum Marker implements Runnable {
        NOTHING,
        GONE;

        @Override
        public void run() {}
    }
}
