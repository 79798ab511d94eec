package dev.tern.server.rpc;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/** The caller behind one gRPC call. */
final class GrpcCall implements Call, Runnable {
    /** In place of an object for each call. */
    private static final AtomicReferenceFieldUpdater<GrpcCall, Runnable> ON_DONE =
            AtomicReferenceFieldUpdater.newUpdater(GrpcCall.class, Runnable.class, "onDone");

    private final long deadlineNanos;
    private volatile Runnable onDone = Marker.NOTHING;

    private GrpcCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** The caller of the call that this thread is handling. Called within the handler, as gRPC requires. */
    static GrpcCall current(ServerCallStreamObserver<?> observer, Clock clock) {
        Deadline deadline = Context.current().getDeadline();
        GrpcCall call = new GrpcCall(
                deadline == null ? NO_DEADLINE : clock.nanoTime() + deadline.timeRemaining(TimeUnit.NANOSECONDS));
        observer.setOnCancelHandler(call);
        return call;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public boolean isDone() {
        return onDone == Marker.GONE;
    }

    @Override
    public void onDone(Runnable action) {
        Runnable before = ON_DONE.getAndUpdate(this, now -> now == Marker.GONE ? Marker.GONE : both(now, action));
        if (before == Marker.GONE) {
            action.run();
        }
    }

    /** The caller waits no more; safe to call again. */
    void gone() {
        ON_DONE.getAndSet(this, Marker.GONE).run();
    }

    @Override
    public void run() {
        gone();
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
