package dev.tern.bench.jmh;

import dev.tern.server.predict.Call;

/** A caller who never goes. Keeps what it is given last, as a real one would, lest the compiler does without it. */
final class WaitingCall implements Call {
    private final long deadlineNanos;
    private Runnable last = () -> {};

    WaitingCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void onDone(Runnable action) {
        last = action;
    }

    /** What would run if the caller went. */
    Runnable last() {
        return last;
    }
}
