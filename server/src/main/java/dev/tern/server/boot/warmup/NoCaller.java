package dev.tern.server.boot.warmup;

import dev.tern.server.predict.Call;

/** Whose requests are the server's own: it waits for ever and never goes. */
public enum NoCaller implements Call {
    INSTANCE;

    @Override
    public long deadlineNanos() {
        return NO_DEADLINE;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void onDone(Runnable action) {}
}
