package dev.tern.bench.cached;

import dev.tern.bench.figures.NotMeasuredException;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures scenarios, each with servers of its own. Used by one thread. */
public final class CacheRun {
    private static final List<Scenario> ALL = List.of(
            new Latency(),
            new HitRatio(),
            new Capacity(),
            new ByRows(),
            new OneRow(),
            new HitCost(),
            new FarHits(),
            new FarFaults(),
            new NeverRepeats());

    private final CacheSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;
    private final Map<Integer, Long> entryBytes = new HashMap<>();

    /**
     * Tells {@code progress} of every step.
     *
     * @param stop ends servers and what is under way, so that {@link #measure} soon fails and cleans up
     */
    public CacheRun(CacheSettings settings, StopSignal stop, Consumer<String> progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    /** The scenarios' names, in the order of the table. */
    public static List<String> names() {
        return ALL.stream().map(Scenario::name).toList();
    }

    /**
     * Measures one scenario; blocks until its servers have ended. A server that fails under way is told in the result.
     *
     * @param name of {@link #names}
     * @return nothing where it needs a Redis and none is given
     * @throws IOException when models cannot be written or a program cannot be started
     */
    public List<ScenarioResult> measure(String name) throws IOException {
        Scenario scenario = ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        if (scenario.needsRedis() && settings.redis().isEmpty()) {
            progress.accept(name + ": left out, as it needs --redis-server");
            return List.of();
        }
        Bench bench = new Bench(settings, stop, line -> progress.accept(name + ": " + line), entryBytes);
        try {
            return List.of(new ScenarioResult(name, scenario.measure(bench), bench.journal(), ""));
        } catch (TargetException e) {
            return List.of(new ScenarioResult(name, List.of(), bench.journal(), stop.reason(e)));
        } catch (NotMeasuredException e) {
            return List.of(new ScenarioResult(name, List.of(), bench.journal(), String.valueOf(e.getMessage())));
        }
    }
}
