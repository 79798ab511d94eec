package dev.tern.bench.cached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tern.bench.cached.FarTurns.Look;
import dev.tern.bench.faults.Fault;
import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Series;
import dev.tern.bench.floor.FloorRun.Unloaded;
import dev.tern.bench.metrics.CacheCounts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CacheFiguresTest {
    @Test
    void capacityIsHeldAgainstABoundOfTheSameRepetition() {
        Figure figure = Capacity.figure(
                List.of(outcome(1_000, 0, 0), outcome(1_000, 0, 0)),
                List.of(outcome(4_000, 80, 20), outcome(1_500, 50, 50)),
                List.of());
        // 4 times as much of 5 times, 1.5 of 2.
        assertThat(figure.ratios().values().get(0)).isCloseTo(0.8, within(1e-9));
        assertThat(figure.ratios().values().get(1)).isCloseTo(0.75, within(1e-9));
        assertThat(figure.isReached()).isTrue();
    }

    @Test
    void latencyComesWithHowItsCacheWasFilled() {
        Trial trial = Outcomes.trial(1);
        MeanLatency latency = new MeanLatency(
                200,
                600,
                Map.of(
                        "ranker-off", List.of(Outcomes.of(trial, 600, 2, 0, 0)),
                        "ranker-cached", List.of(Outcomes.of(trial, 600, 0.5, 3, 1))));
        Filled filled = new Filled(List.of(outcome(1, 1, 1), outcome(1, 3, 1)), Duration.ofSeconds(5), true);
        Figure figure = Latency.figure(latency, Latency.GOAL, new Space(10_000, 1_250), filled);
        assertThat(figure.ratios().name())
                .isEqualTo("200 rows: mean latency at 600 requests/s (60% of the uncached capacity), ranker-cached over"
                        + " ranker-off");
        assertThat(figure.ratios().values()).containsExactly(0.25);
        assertThat(figure.parts())
                .extracting(each -> each.values().get(0))
                .containsExactly(0.5, 2.0, 0.75, 10.0, 12_500_000.0, 1_250.0);
    }

    @Test
    void theBestHitRatioIsThatOfAllRequestsSinceTheStart() {
        List<Outcome> before = List.of(outcome(1, 0, 400));
        List<Outcome> judged = IntStream.of(2, 3)
                .mapToObj(seed -> Outcomes.of(Outcomes.trial(seed), 1, 1, 50, 150))
                .toList();
        int[] trace = IntStream.of(1, 2, 3)
                .flatMap(seed -> IntStream.of(Outcomes.trial(seed).sent(seed == 1 ? 400 : 200)))
                .toArray();
        Figure figure = HitRatio.figure(2, before, judged, List.of());
        Series best = figure.parts().get(1);
        assertThat(best.values())
                .containsExactly(
                        Belady.hits(trace, 2).get(400, 600).cardinality() / 200.0,
                        Belady.hits(trace, 2).get(600, 800).cardinality() / 200.0);
        assertThat(figure.ratios().values().get(0))
                .isCloseTo(0.25 / best.values().get(0), within(1e-9));
    }

    @Test
    void aFaultIsHeldAgainstTheModelsOwnTailOfTheSameRepetition() {
        List<Figure> figures = FaultTurns.figures(
                900,
                List.of(Fault.FROZEN),
                Map.of("off", List.of(turn(3, 0), turn(2, 0)), "frozen", List.of(turn(7, 0), turn(8, 1))));
        assertThat(figures.get(0).ratios().name())
                .isEqualTo("200 rows, 900 requests/s: Redis frozen, p99 less the model's own, ms");
        assertThat(figures.get(0).ratios().values()).containsExactly(4.0, 6.0);
        assertThat(figures.get(0).isReached()).as("5 ms").isTrue();
        assertThat(figures.get(1).ratios().values()).as("failed or wrong").containsExactly(0.0, 1.0);
        assertThat(figures.get(1).isReached()).isFalse();
        assertThat(figures.get(2).ratios().name())
                .isEqualTo("200 rows, 900 requests/s: Redis frozen, after it, p99 less the model's own, ms");
        assertThat(figures.get(2).ratios().values()).containsExactly(5.0, 7.0);
        assertThat(figures.get(2).isReached()).isFalse();
    }

    @Test
    void theBoundOfOneRowIsThatOfEchoAndMissedRuns() {
        Figure figure = OneRow.bound(List.of(outcome(1, 75, 25)), new Unloaded(60, 80));
        assertThat(figure.ratios().values()).containsExactly(60.0 / (60 + 0.25 * 80));
        assertThat(figure.parts().get(0).values()).containsExactly((60 + 0.25 * 80) / (60 + 80));
    }

    @Test
    void rowsAreHeldAgainstNoCacheAndAgainstWholeAnswers() {
        Trial trial = Outcomes.trial(1);
        // Of 125 requests 25 waited for an equal one; of 200 rows 50 were computed.
        CacheCounts counts = new CacheCounts(30, 70, 0, 0, 25, 9, 0, 50, 200);
        MeanLatency latency = new MeanLatency(
                200,
                600,
                Map.of(
                        "ranker-off", List.of(Outcomes.of(trial, 600, 1, 0, 0)),
                        "ranker-cached", List.of(Outcomes.of(trial, 600, 0.5, 3, 1)),
                        "ranker-rows", List.of(Outcomes.of(trial, 600, 0.25, counts))));
        Series part = new Series("filled", List.of(7.0));
        List<Figure> figures = ByRows.figures(latency, List.of(part));
        assertThat(figures).extracting(each -> each.ratios().values().get(0)).containsExactly(0.25, 0.5, 0.25);
        assertThat(figures.get(0).isReached()).isTrue();
        assertThat(figures.get(0).parts()).containsExactly(part);
        assertThat(figures.get(1).parts())
                .extracting(each -> each.values().get(0))
                .containsExactly(0.75, 0.3, 0.2);
        assertThat(figures.get(2).ratios().name()).isEqualTo("200 rows: rows computed over rows asked");
    }

    @Test
    void redisIsHeldAgainstAGetAndForWhatItTakesBeyondMemory() {
        List<Figure> figures = FarTurns.figures(
                1,
                Map.of(
                        "far", List.of(new Look(250, 1, Double.NaN)),
                        "near", List.of(new Look(100, 1, Double.NaN)),
                        "get", List.of(new Look(120, 1, 90))));
        assertThat(figures).extracting(each -> each.ratios().values().get(0)).containsExactly(250.0 / 120, 150.0 / 120);
        assertThat(figures.get(0).isReached()).isFalse();
    }

    @Test
    void whatNeverRepeatsIsHeldAgainstNoCache() {
        Figure figure = NeverRepeats.figure(
                1,
                Map.of(
                        "ranker-cached", List.of(outcome(940, 0, 9)),
                        "ranker-off", List.of(outcome(1_000, 0, 0))));
        assertThat(figure.ratios().values()).containsExactly(0.94);
        assertThat(figure.isReached()).isFalse();
    }

    @Test
    void aCacheIsSteadyOnceItIsFullAndFindsNoMore() {
        Steady steady = new Steady();
        assertThat(steady.isReached(0.40, 100)).isFalse();
        assertThat(steady.isReached(0.41, 150)).as("still filling").isFalse();
        assertThat(steady.isReached(0.44, 150)).as("finds more").isFalse();
        assertThat(steady.isReached(0.45, 152)).isTrue();
    }

    private static Outcome outcome(double perSecond, double hits, double misses) {
        return Outcomes.of(Outcomes.trial(1), perSecond, 1, hits, misses);
    }

    /** After a fault a millisecond more. */
    private static FaultTurns.Turn turn(double p99, long wrong) {
        return new FaultTurns.Turn(
                new FaultTurns.Look(1, p99, p99, 9, wrong, 0.5), new FaultTurns.Look(1, p99 + 1, p99, 9, 0, 0.9));
    }
}
