package dev.tern.bench.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run after the other, until they are stopped. Used by one thread, but for {@link #stop}. */
public final class RunSequence {
    private final Onlooker onlooker;
    private volatile boolean stopped;
    private volatile @Nullable BenchRun running;

    /** Makes a sequence that somebody looks onto. */
    public RunSequence(Onlooker onlooker) {
        this.onlooker = onlooker;
    }

    /**
     * Runs the next; blocks, and throws what {@link BenchRun#run} throws.
     *
     * @param label what it is called while it goes on
     * @return empty when the sequence was stopped before its end
     */
    public Optional<RunResult> run(RunSettings settings, String label) {
        BenchRun run = new BenchRun(settings, onlooker.onto(settings, label));
        running = run;
        if (stopped) {
            return Optional.empty();
        }
        try {
            RunResult result = run.run();
            return stopped ? Optional.empty() : Optional.of(result);
        } finally {
            onlooker.ended();
        }
    }

    /** Ends the run that is under way; no other follows. Any thread may call. */
    public void stop() {
        stopped = true;
        BenchRun run = running;
        if (run != null) {
            run.stop();
        }
    }
}
