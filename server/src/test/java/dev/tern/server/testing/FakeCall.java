package dev.tern.server.testing;

import dev.tern.server.predict.Call;
import java.util.ArrayList;
import java.util.List;

/** A caller who goes when told. */
public final class FakeCall implements Call {
    private final long deadlineNanos;
    private final List<Runnable> actions = new ArrayList<>();
    private boolean done;

    private FakeCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** A caller who waits for ever. */
    public static FakeCall patient() {
        return new FakeCall(NO_DEADLINE);
    }

    /** A caller who gives up at {@code deadlineNanos}, without a word. */
    public static FakeCall until(long deadlineNanos) {
        return new FakeCall(deadlineNanos);
    }

    /** The caller goes, and those who asked for it are told. */
    public void cancel() {
        List<Runnable> told;
        synchronized (this) {
            done = true;
            told = List.copyOf(actions);
            actions.clear();
        }
        told.forEach(Runnable::run);
    }

    /** The caller goes, and nobody is told. */
    public synchronized void vanish() {
        done = true;
        actions.clear();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public synchronized boolean isDone() {
        return done;
    }

    @Override
    public void onDone(Runnable action) {
        synchronized (this) {
            if (!done) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }
}
