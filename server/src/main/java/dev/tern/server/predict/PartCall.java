package dev.tern.server.predict;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The caller as the parts of one request see it: gone when the real one is, or when the request has failed. Any thread. */
public final class PartCall implements Call {
    private final Call caller;
    private final List<Runnable> actions = new ArrayList<>();
    private boolean ended;

    public PartCall(Call caller) {
        this.caller = caller;
    }

    @Override
    public long deadlineNanos() {
        return caller.deadlineNanos();
    }

    @Override
    public boolean isDone() {
        return hasEnded() || caller.isDone();
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    @Override
    public void onDone(Runnable action) {
        synchronized (this) {
            if (!ended) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void lateInRun(long ranNanos) {
        caller.lateInRun(ranNanos);
    }

    @Override
    public @Nullable RequestTrace trace() {
        return caller.trace();
    }

    /** Nobody waits for the parts any more: those that can still be withdrawn are. Does nothing when done again. */
    public void end() {
        List<Runnable> told;
        synchronized (this) {
            ended = true;
            told = List.copyOf(actions);
            actions.clear();
        }
        told.forEach(Runnable::run);
    }
}
