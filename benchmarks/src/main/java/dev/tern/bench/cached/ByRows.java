package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The same requests where each row is kept by itself, in as much memory as whole answers. */
final class ByRows implements Scenario {
    private static final Variant CACHED = Variant.CACHED.withShare(0.5);
    private static final Variant ROWS = Variant.ROWS.withShare(0.5);

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        Space space = bench.tenth(Latency.ROWS);
        List<Variant> variants = List.of(Variant.OFF, CACHED, ROWS);
        return bench.served(variants, List.of(space.flag(2)), (lab, folder) -> {
            lab.warmUp(Variant.OFF, Latency.ROWS);
            Filled answers = lab.fill(CACHED, Latency.ROWS);
            Filled rows = lab.fill(ROWS, Latency.ROWS);
            MeanLatency latency = MeanLatency.measure(lab, Latency.ROWS, variants);
            List<Series> parts = new ArrayList<>(List.of(
                    latency.millis(ROWS),
                    latency.millis(CACHED),
                    latency.millis(Variant.OFF),
                    Series.of(
                            latency.name("rows kept"),
                            latency.of(ROWS),
                            each -> each.cache().entries()),
                    rows.part(latency.name(ROWS.model())),
                    answers.part(latency.name(CACHED.model()))));
            parts.addAll(space.parts(latency.name("either")));
            return figures(latency, parts);
        });
    }

    /** @param parts of the first, against no cache */
    static List<Figure> figures(MeanLatency latency, List<Series> parts) {
        Series computed = Series.of(
                latency.name("rows computed over rows asked"),
                latency.of(ROWS),
                each -> each.cache().computedShare());
        return List.of(
                new Figure(latency.over(ROWS, Variant.OFF), Latency.GOAL, parts),
                new Figure(
                        latency.over(ROWS, CACHED),
                        Goal.NONE,
                        List.of(
                                latency.hitRatio(CACHED),
                                Series.of(
                                        latency.name("share of requests with all rows in memory"),
                                        latency.of(ROWS),
                                        Outcome::hitRatio),
                                Series.of(
                                        latency.name("share of requests answered by the run of an equal one, by rows"),
                                        latency.of(ROWS),
                                        each -> each.cache().coalesced()
                                                / (each.cache().lookUps()
                                                        + each.cache().coalesced())))),
                new Figure(computed, Goal.NONE, List.of()));
    }
}
