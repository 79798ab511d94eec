package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Turns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the cache costs where it is of no use. */
final class NeverRepeats implements Scenario {
    private static final List<Integer> ROWS = List.of(200, 1);
    /** More than any number of repetitions. */
    private static final int WARM_UP = 1_000;

    @Override
    public String name() {
        return "never-repeats";
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (int rows : ROWS) {
            figures.add(figure(bench, rows));
        }
        return figures;
    }

    private static Figure figure(Bench bench, int rows) throws IOException {
        Space space = bench.tenth(rows);
        List<Variant> variants = List.of(Variant.OFF, Variant.CACHED);
        return bench.served(variants, List.of(space.flag(1)), (lab, folder) -> {
            variants.forEach(each -> lab.warmUp(Trial.fresh(each, rows, Trial.crowd(), WARM_UP)));
            return figure(
                    rows,
                    lab.turns(
                            variants, (variant, repetition) -> Trial.fresh(variant, rows, Trial.crowd(), repetition)));
        });
    }

    static Figure figure(int rows, Map<String, List<Outcome>> outcomes) {
        List<Outcome> cached = Turns.readings(outcomes, Variant.CACHED.model());
        List<Outcome> off = Turns.readings(outcomes, Variant.OFF.model());
        String name = Trial.rows(rows) + ": ";
        Series with = Series.of(name + Variant.CACHED.model() + ", requests/s", cached, Outcome::perSecond);
        Series without = Series.of(name + Variant.OFF.model() + ", requests/s", off, Outcome::perSecond);
        return new Figure(
                with.over(name + "requests per second of requests that never repeat, cached over off", without),
                Goal.atLeast(0.95),
                List.of(
                        with,
                        without,
                        Series.of(name + "hit ratio", cached, Outcome::hitRatio),
                        Series.of(
                                name + "answers kept",
                                cached,
                                each -> each.cache().entries())));
    }
}
