package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Turns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How much more a server answers with the cache, against a cache whose hits were free. */
final class Capacity implements Scenario {
    @Override
    public String name() {
        return "capacity";
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        Space space = bench.tenth(Latency.ROWS);
        List<Variant> variants = List.of(Variant.OFF, Variant.CACHED);
        return bench.served(variants, List.of(space.flag(1)), (lab, folder) -> {
            lab.warmUp(Variant.OFF, Latency.ROWS);
            Filled filled = lab.fill(Variant.CACHED, Latency.ROWS);
            Map<String, List<Outcome>> outcomes = lab.turns(
                    variants,
                    (variant, repetition) -> Trial.repeating(variant, Latency.ROWS, Trial.crowd(), repetition));
            List<Series> parts = new ArrayList<>(List.of(filled.part(Variant.CACHED.model())));
            parts.addAll(space.parts(Variant.CACHED.model()));
            return List.of(figure(
                    Turns.readings(outcomes, Variant.OFF.model()),
                    Turns.readings(outcomes, Variant.CACHED.model()),
                    parts));
        });
    }

    static Figure figure(List<Outcome> off, List<Outcome> cached, List<Series> more) {
        Series without = Series.of(Variant.OFF.model() + ", requests/s", off, Outcome::perSecond);
        Series with = Series.of(Variant.CACHED.model() + ", requests/s", cached, Outcome::perSecond);
        Series gain = with.over("requests per second, cached over off", without);
        Series bound = Series.of("bound 1/(1 - hit ratio)", cached, each -> 1 / (1 - each.hitRatio()));
        Series freed = Series.of(
                "bound 1/(1 - hit ratio - that share)", cached, each -> 1 / (1 - each.hitRatio() - each.coalesced()));
        List<Series> parts = new ArrayList<>(List.of(
                with,
                without,
                gain,
                Series.of("hit ratio", cached, Outcome::hitRatio),
                bound,
                freed,
                gain.over("over that bound", freed),
                Series.of("share of requests answered by the run of an equal one", cached, Outcome::coalesced)));
        parts.addAll(more);
        return new Figure(
                gain.over("requests per second, cached over off, over the bound 1/(1 - hit ratio)", bound),
                Goal.atLeast(0.75),
                parts);
    }
}
