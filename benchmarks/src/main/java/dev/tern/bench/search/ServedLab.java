package dev.tern.bench.search;

import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.Onlooker;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Windows against a running server, each a run of its own. Used by one thread, but for {@link #stop}. */
public final class ServedLab implements Lab {
    private final Function<PoissonLoad, RunSettings> settings;
    private final Onlooker onlooker;
    private final long seed;
    private volatile boolean stopped;
    private volatile @Nullable BenchRun running;
    private volatile @Nullable RunResult last;

    /**
     * Makes a lab.
     *
     * @param settings of a window with this load
     * @param seed of the arrivals of the first window; those of the others follow from it
     */
    public ServedLab(Function<PoissonLoad, RunSettings> settings, Onlooker onlooker, long seed) {
        this.settings = settings;
        this.onlooker = onlooker;
        this.seed = seed;
    }

    @Override
    public Optional<Point> measure(double rate, int number, String label) {
        RunSettings window = settings.apply(new PoissonLoad(rate, seed + number));
        BenchRun run = new BenchRun(window, onlooker.onto(window, label));
        running = run;
        if (stopped) {
            return Optional.empty();
        }
        RunResult result = result(run);
        last = result;
        Point point = new Point(rate, result.measurement(), result.observed().counts());
        return stopped ? Optional.empty() : Optional.of(point);
    }

    private RunResult result(BenchRun run) {
        try {
            return run.run();
        } finally {
            onlooker.ended();
        }
    }

    /** The last window's whole result, for what its settings and its server are; empty before the first has ended. */
    public Optional<RunResult> last() {
        return Optional.ofNullable(last);
    }

    /** Ends the window that is under way. Any thread may call. */
    public void stop() {
        stopped = true;
        BenchRun run = running;
        if (run != null) {
            run.stop();
        }
    }
}
