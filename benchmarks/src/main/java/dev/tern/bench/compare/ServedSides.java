package dev.tern.bench.compare;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.Onlooker;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Slices against running servers, each a run of its own. Used by one thread, but for {@link #stop}. */
public final class ServedSides implements Sides {
    private final SliceSettings settings;
    private final Onlooker onlooker;
    private final Map<Side, RunResult> last = new EnumMap<>(Side.class);
    private volatile boolean stopped;
    private volatile @Nullable BenchRun running;

    /** Makes the sides. */
    public ServedSides(SliceSettings settings, Onlooker onlooker) {
        this.settings = settings;
        this.onlooker = onlooker;
    }

    @Override
    public Optional<Measurement> measure(Side side, long seed, String label) {
        RunSettings slice = settings.of(side, seed);
        BenchRun run = new BenchRun(slice, onlooker.onto(slice, label));
        running = run;
        if (stopped) {
            return Optional.empty();
        }
        RunResult result = result(run);
        last.put(side, result);
        return stopped ? Optional.empty() : Optional.of(result.measurement());
    }

    private RunResult result(BenchRun run) {
        try {
            return run.run();
        } finally {
            onlooker.ended();
        }
    }

    /** A side's last slice, for what its settings and its server are; empty before its first. */
    public Optional<RunResult> last(Side side) {
        return Optional.ofNullable(last.get(side));
    }

    /** Ends the slice that is under way. Any thread may call. */
    public void stop() {
        stopped = true;
        BenchRun run = running;
        if (run != null) {
            run.stop();
        }
    }

    /** What a slice is asked for. */
    public interface SliceSettings {
        /** Settings of a slice of this side with arrivals from this seed. */
        RunSettings of(Side side, long seed);
    }
}
