package dev.tern.bench.search;

import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSequence;
import dev.tern.bench.run.RunSettings;
import java.util.Optional;
import java.util.function.Function;

/** Windows against a running server, each a run of its own. Used by one thread. */
public final class ServedLab implements Lab {
    private final Function<PoissonLoad, RunSettings> settings;
    private final RunSequence runs;
    private final long seed;
    private Optional<RunResult> last = Optional.empty();

    /**
     * Makes a lab.
     *
     * @param settings of a window with this load
     * @param runs runs the windows; when it is stopped, so is the lab
     * @param seed of the arrivals of the first window; those of the others follow from it
     */
    public ServedLab(Function<PoissonLoad, RunSettings> settings, RunSequence runs, long seed) {
        this.settings = settings;
        this.runs = runs;
        this.seed = seed;
    }

    @Override
    public Optional<Point> measure(double rate, int number, String label) {
        Optional<RunResult> window = runs.run(settings.apply(new PoissonLoad(rate, seed + number)), label);
        last = window.or(() -> last);
        return window.map(
                each -> new Point(rate, each.measurement(), each.observed().counts()));
    }

    /** The last window's whole result, for what its settings and its server are; empty before the first has ended. */
    public Optional<RunResult> last() {
        return last;
    }
}
