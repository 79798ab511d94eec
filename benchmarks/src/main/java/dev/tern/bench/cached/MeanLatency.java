package dev.tern.bench.cached;

import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.figures.Turns;
import dev.tern.bench.load.PoissonLoad;
import java.util.List;
import java.util.Map;

/**
 * Mean latencies at a load that the server could bear without a cache, too: 60% of its capacity then. All variants of a
 * repetition get the same requests at the same times.
 *
 * @param rate requests per second
 */
record MeanLatency(int rows, double rate, Map<String, List<Outcome>> outcomes) {
    private static final double SHARE = 0.6;

    /** @param variants among them the one without a cache */
    static MeanLatency measure(Lab lab, int rows, List<Variant> variants) {
        double rate = SHARE * lab.capacity(Variant.OFF, rows);
        Map<String, List<Outcome>> outcomes = lab.turns(
                variants,
                (variant, repetition) -> Trial.repeating(variant, rows, new PoissonLoad(rate, repetition), repetition));
        return new MeanLatency(rows, rate, outcomes);
    }

    List<Outcome> of(Variant variant) {
        return Turns.readings(outcomes, variant.model());
    }

    Series millis(Variant variant) {
        return Series.of(name(variant.model() + ", mean ms"), of(variant), Outcome::meanMillis);
    }

    Series hitRatio(Variant variant) {
        return Series.of(name(variant.model() + ", hit ratio"), of(variant), Outcome::hitRatio);
    }

    Series over(Variant over, Variant under) {
        return millis(over)
                .over(
                        name(Texts.format(
                                "mean latency at %,.0f requests/s (60%% of the uncached capacity), %s over %s",
                                rate, over.model(), under.model())),
                        millis(under));
    }

    /** For the table. */
    String name(String quantity) {
        return Trial.rows(rows) + ": " + quantity;
    }
}
