package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the cache does to the mean latency of requests that come again. */
final class Latency implements Scenario {
    static final int ROWS = 200;

    static final Goal GOAL = Goal.atMost(0.3);

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        Space space = bench.tenth(ROWS);
        List<Variant> variants = List.of(Variant.OFF, Variant.CACHED);
        return bench.served(variants, List.of(space.flag(1)), (lab, folder) -> {
            lab.warmUp(Variant.OFF, ROWS);
            Filled filled = lab.fill(Variant.CACHED, ROWS);
            MeanLatency latency = MeanLatency.measure(lab, ROWS, variants);
            return List.of(figure(latency, GOAL, space, filled));
        });
    }

    /** With over without a cache. */
    static Figure figure(MeanLatency latency, Goal goal, Space space, Filled filled) {
        List<Series> parts = new ArrayList<>(List.of(
                latency.millis(Variant.CACHED),
                latency.millis(Variant.OFF),
                latency.hitRatio(Variant.CACHED),
                filled.part(latency.name(Variant.CACHED.model()))));
        parts.addAll(space.parts(latency.name(Variant.CACHED.model())));
        return new Figure(latency.over(Variant.CACHED, Variant.OFF), goal, parts);
    }
}
