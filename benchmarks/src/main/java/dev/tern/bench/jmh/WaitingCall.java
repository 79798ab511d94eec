package dev.tern.bench.jmh;

import dev.tern.server.predict.Call;

/** A caller who never goes. */
record WaitingCall(long deadlineNanos) implements Call {
    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void onDone(Runnable action) {}
}
