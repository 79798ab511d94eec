package dev.tern.server.cache;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import org.jspecify.annotations.Nullable;

/** One of the requests that a {@link Flight} answers; what may change is guarded by the flight. */
final class Waiter implements Runnable {
    private final Flight flight;
    final InferenceRequest request;
    final Reply reply;

    /** Why it waits no more; its answer still has to come when the flight has ended. */
    @Nullable
    Failure left;

    /** Whether it was told that the flight fails. */
    boolean told;

    Waiter(Flight flight, InferenceRequest request, Reply reply) {
        this.flight = flight;
        this.request = request;
        this.reply = reply;
    }

    long deadlineNanos() {
        return request.call().deadlineNanos();
    }

    boolean isLate(long nowNanos) {
        return deadlineNanos() != Call.NO_DEADLINE && nowNanos - deadlineNanos() >= 0;
    }

    /** Whether its caller has gone, told or untold. */
    boolean isGone() {
        return left != null || request.call().isDone();
    }

    /** The caller has gone. */
    @Override
    public void run() {
        flight.leave(this);
    }
}
