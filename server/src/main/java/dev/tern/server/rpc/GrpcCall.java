package dev.tern.server.rpc;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.RequestTrace;
import dev.tern.server.rpc.wire.InferAnswer;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The caller behind one request: how long it waits, and where it reads the answer.
 *
 * <p>Of {@link #send} and {@link #refuse} one is called, once, by any thread.
 */
abstract class GrpcCall implements Call {
    /** In place of an object for each call. */
    private static final AtomicReferenceFieldUpdater<GrpcCall, Runnable> ON_DONE =
            AtomicReferenceFieldUpdater.newUpdater(GrpcCall.class, Runnable.class, "onDone");

    private final long deadlineNanos;
    private volatile Runnable onDone = Marker.NOTHING;

    /** Set before the request is handed on. */
    private @Nullable RequestTrace trace;

    GrpcCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** The deadline of the call that this thread is handling, on the clock's scale. */
    static long currentDeadline(Clock clock) {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null ? NO_DEADLINE : clock.nanoTime() + deadline.timeRemaining(TimeUnit.NANOSECONDS);
    }

    /** Whether nothing is to be written any more: what is written to a connection that is gone may never be freed. */
    abstract boolean isCancelled();

    /**
     * Makes the answer to the request {@code id} ready to be written.
     *
     * @throws ArithmeticException if it is too large for a message
     */
    abstract InferAnswer encode(InferCodec codec, String model, long version, String id, InferenceResponse response);

    /** Has {@code writing}, which calls {@link #write} unless {@link #isCancelled}, run where and when it may. */
    abstract void send(Runnable writing);

    /** Writes the answer. */
    abstract void write(InferAnswer answer);

    /**
     * Tells the caller why there is no answer.
     *
     * @param model that was asked; empty if none was found
     * @param version of it; 0 if none was found
     */
    abstract void refuse(Failure failure, String model, long version);

    /** Has {@code wanted} told of the request's way. Before the request is handed on. */
    void traceWith(RequestTrace wanted) {
        trace = wanted;
    }

    @Override
    public @Nullable RequestTrace trace() {
        return trace;
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
