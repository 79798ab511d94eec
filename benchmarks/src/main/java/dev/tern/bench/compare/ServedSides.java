package dev.tern.bench.compare;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSequence;
import dev.tern.bench.run.RunSettings;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Slices against running servers, each a run of its own. Used by one thread. */
public final class ServedSides implements Sides {
    private final SliceSettings settings;
    private final RunSequence runs;
    private final Map<Side, RunResult> last = new EnumMap<>(Side.class);

    /** Makes the sides; when the runs are stopped, so are they. */
    public ServedSides(SliceSettings settings, RunSequence runs) {
        this.settings = settings;
        this.runs = runs;
    }

    @Override
    public Optional<Measurement> measure(Side side, long seed, String label) {
        Optional<RunResult> slice = runs.run(settings.of(side, seed), label);
        slice.ifPresent(each -> last.put(side, each));
        return slice.map(RunResult::measurement);
    }

    /** A side's last slice, for what its settings and its server are; empty before its first. */
    public Optional<RunResult> last(Side side) {
        return Optional.ofNullable(last.get(side));
    }

    /** What a slice is asked for. */
    public interface SliceSettings {
        /** Settings of a slice of this side with arrivals from this seed. */
        RunSettings of(Side side, long seed);
    }
}
