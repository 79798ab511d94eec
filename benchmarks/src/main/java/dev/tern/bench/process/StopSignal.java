package dev.tern.bench.process;

import dev.tern.bench.target.TargetException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Told to stop once, it ends all that is under way and all that is begun after. Any thread may use it. */
public final class StopSignal {
    private static final String INTERRUPTED = "it was interrupted";

    private final Set<Runnable> underWay = new LinkedHashSet<>();
    private boolean stopped;

    /** Ends what is under way, servers and loads alike, so that whoever waits for it goes on soon. */
    public void stop() {
        List<Runnable> all;
        synchronized (this) {
            stopped = true;
            all = List.copyOf(underWay);
        }
        all.forEach(Runnable::run);
    }

    /** Whether it was told to. */
    public synchronized boolean isStopped() {
        return stopped;
    }

    /**
     * Does some work on this thread.
     *
     * @param end ends the work early, from any thread; called at once where it was told to stop before
     */
    public <T, X extends Exception> T during(Runnable end, Work<T, X> work) throws X {
        // An object of its own, so that equal ones are told apart.
        Runnable entry = () -> end.run();
        if (add(entry)) {
            end.run();
        }
        try {
            return work.run();
        } finally {
            remove(entry);
        }
    }

    /**
     * As {@link #during}, for work whose result is worth nothing when it was ended early.
     *
     * @throws TargetException when it was told to stop
     */
    public <T, X extends Exception> T unlessStopped(Runnable end, Work<T, X> work) throws X {
        T result = during(end, work);
        if (isStopped()) {
            throw new TargetException(INTERRUPTED);
        }
        return result;
    }

    /** Why something failed: that it was told to stop, where it was; else by its own account. */
    public String reason(TargetException failure) {
        return isStopped() ? INTERRUPTED : String.valueOf(failure.getMessage());
    }

    private synchronized boolean add(Runnable entry) {
        underWay.add(entry);
        return stopped;
    }

    private synchronized void remove(Runnable entry) {
        underWay.remove(entry);
    }

    /** What can be ended early. */
    public interface Work<T, X extends Exception> {
        T run() throws X;
    }
}
