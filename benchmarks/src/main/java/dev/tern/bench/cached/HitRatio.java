package dev.tern.bench.cached;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Turns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the cache finds, against the best that can be found: by Bélády's rule, of all requests since the server's start, in
 * a cache for as many answers.
 */
final class HitRatio implements Scenario {
    @Override
    public String name() {
        return "hit-ratio";
    }

    @Override
    public List<Figure> measure(Bench bench) throws IOException {
        Space space = bench.tenth(Latency.ROWS);
        List<Variant> variants = List.of(Variant.CACHED);
        return bench.served(variants, List.of(space.flag(1)), (lab, folder) -> {
            Filled filled = lab.fill(Variant.CACHED, Latency.ROWS);
            List<Outcome> judged = Turns.readings(
                    lab.turns(
                            variants,
                            (variant, repetition) -> Trial.repeating(variant, Latency.ROWS, Trial.crowd(), repetition)),
                    Variant.CACHED.model());
            List<Series> parts = new ArrayList<>(List.of(filled.part(Variant.CACHED.model())));
            parts.addAll(space.parts(Variant.CACHED.model()));
            return List.of(figure(space.entries(), filled.windows(), judged, parts));
        });
    }

    /**
     * The figure.
     *
     * @param entries answers that the cache has memory for
     * @param before what it was filled with
     */
    static Figure figure(int entries, List<Outcome> before, List<Outcome> judged, List<Series> more) {
        Series found = Series.of("hit ratio", judged, Outcome::hitRatio);
        Series best = new Series("best hit ratio for as many answers", best(entries, before, judged));
        List<Series> parts = new ArrayList<>(List.of(
                found,
                best,
                Series.of("answers kept", judged, each -> each.cache().entries()),
                Series.of("share of requests answered by the run of an equal one", judged, Outcome::coalesced)));
        parts.addAll(more);
        return new Figure(found.over("hit ratio over the best possible", best), Goal.atLeast(0.9), parts);
    }

    private static List<Double> best(int entries, List<Outcome> before, List<Outcome> judged) {
        int[] trace = Stream.concat(before.stream(), judged.stream())
                .flatMapToInt(each -> IntStream.of(each.sent()))
                .toArray();
        BitSet hits = Belady.hits(trace, entries);
        List<Double> best = new ArrayList<>();
        int from = before.stream().mapToInt(each -> each.sent().length).sum();
        for (Outcome each : judged) {
            int until = from + each.sent().length;
            best.add((double) hits.get(from, until).cardinality() / (until - from));
            from = until;
        }
        return best;
    }
}
