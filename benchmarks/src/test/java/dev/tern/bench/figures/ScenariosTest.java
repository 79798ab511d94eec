package dev.tern.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.models.BenchModels;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScenariosTest {
    @Test
    void everyScenarioAsksForModelsThatThereAre() {
        assertThat(Scenarios.ALL)
                .extracting(Scenario::name)
                .containsExactly("throughput", "latency", "adaptive", "priority", "overload", "lengths");
        assertThat(Scenarios.ALL)
                .allSatisfy(each -> assertThat(BenchModels.names()).containsAll(each.models()));
    }

    @Test
    void everyTrialUsesAModelOfItsScenario() {
        for (Scenario each : Scenarios.ALL) {
            FakeLab lab = new FakeLab(trial -> FakeLab.latency(1, 2));
            assertThat(each.measure(new Rounds(lab, 2))).isNotEmpty();
            assertThat(lab.trials).extracting(Trial::model).isSubsetOf(each.models());
            assertThat(lab.trials).extracting(Trial::model).containsAll(each.models());
        }
    }

    @Test
    void withoutACapacityThereIsNoLoad() {
        FakeLab dead = new FakeLab(trial -> FakeLab.rate(0, 0));
        assertThatThrownBy(() -> new Overload().measure(new Rounds(dead, 1)))
                .isInstanceOf(NotMeasuredException.class)
                .hasMessage("nothing was answered under mlp-2048-fixed-0, closed loop, 256 in flight");
    }

    @Test
    void throughputComparesBatchedWithUnbatchedInTurn() {
        FakeLab lab = new FakeLab(
                trial -> trial.model().endsWith("unbatched") ? FakeLab.rate(1_000, 2_000) : FakeLab.rate(2_500, 8_000));
        List<Figure> figures = new Throughput().measure(new Rounds(lab, 2));
        assertThat(figures)
                .extracting(each -> each.ratios().values())
                .containsExactly(List.of(4.0, 4.0), List.of(2.5, 2.5), List.of(4.0, 4.0), List.of(2.5, 2.5));
        assertThat(figures).extracting(Figure::isReached).containsExactly(true, true, false, true);
        assertThat(lab.trials)
                .extracting(Trial::model)
                .as("the second repetition goes backwards")
                .startsWith("mlp-1024-unbatched", "mlp-1024-fixed-0", "mlp-1024-fixed-0", "mlp-1024-unbatched");
        assertThat(lab.trials).extracting(Trial::load).containsOnly(new ClosedLoad(64));
    }

    @Test
    void latencyIsTakenAtSeventyPercentOfTheUnbatchedCapacityWithTheSameArrivals() {
        FakeLab lab = new FakeLab(
                trial -> trial.model().endsWith("unbatched") ? FakeLab.latency(4, 9) : FakeLab.latency(2, 9));
        List<Figure> figures = new MeanLatency().measure(new Rounds(lab, 1));
        assertThat(figures).extracting(each -> each.ratios().median()).containsExactly(0.5, 0.5);
        assertThat(figures.get(0).isReached()).isTrue();
        assertThat(lab.trials)
                .extracting(Trial::load)
                .startsWith(new ClosedLoad(64), new PoissonLoad(700, 1), new PoissonLoad(700, 1));
    }

    @Test
    void adaptiveIsComparedWithTheWindowOfTheLowestMedian() {
        AtomicInteger reading = new AtomicInteger();
        FakeLab lab = new FakeLab(trial -> FakeLab.latency(
                1,
                switch (trial.model()) {
                    case "mlp-1024-adaptive" -> 12;
                    case "mlp-1024-fixed-500" -> 10;
                    // Once the best of all, but not by its median.
                    case "mlp-1024-fixed-250" -> reading.getAndIncrement() % 3 == 0 ? 1 : 20;
                    default -> 30;
                }));
        Figure figure = new AdaptiveWindow().measure(new Rounds(lab, 3)).get(0);
        assertThat(figure.ratios().values()).containsExactly(1.2, 1.2, 1.2);
        assertThat(figure.ratios().name()).startsWith("mlp-1024 at 30% (300 requests/s)");
        assertThat(figure.isReached()).isFalse();
        assertThat(figure.parts()).hasSize(8);
    }

    @Test
    void theFloodIsOfTheLowerLevelAndBesidesTheMeasuredStream() {
        FakeLab lab = new FakeLab(trial -> FakeLab.latency(1, trial.background().isPresent() ? 11 : 10));
        List<Figure> figures = new Priorities().measure(new Rounds(lab, 1));
        assertThat(figures.get(0).ratios().median()).isCloseTo(1.1, within(1e-9));
        assertThat(figures.get(0).isReached()).isTrue();
        Trial flooded = lab.trials.get(2);
        assertThat(flooded.priority()).isEqualTo(OptionalLong.of(1));
        assertThat(flooded.load()).isEqualTo(new PoissonLoad(250, 1));
        assertThat(flooded.background().orElseThrow().priority()).isEqualTo(OptionalLong.of(2));
        assertThat(flooded.describe())
                .isEqualTo("mlp-1024-priority, open loop, Poisson, 250.0 requests/s, priority 1 besides"
                        + " mlp-1024-priority, closed loop, 256 in flight, priority 2");
    }

    /** At 1,000 requests a second a run of 64 takes 64 ms. */
    @Test
    void overloadComparesGoodputWithItsPeakAndLatencyWithTheObjective() {
        FakeLab lab = new FakeLab(trial -> {
            if (!(trial.load() instanceof PoissonLoad load)) {
                return FakeLab.rate(1_000, 1_000);
            }
            if (trial.model().endsWith("-objective")) {
                assertThat(trial.deadline()).isEqualTo(Duration.ofSeconds(10));
                return FakeLab.goodput(load.rate(), 800, 25);
            }
            assertThat(trial.deadline()).isEqualTo(Duration.ofMillis(640));
            return load.rate() > 2_000 ? FakeLab.goodput(load.rate(), 810, 320) : FakeLab.goodput(load.rate(), 900, 99);
        });
        List<Figure> figures = new Overload().measure(new Rounds(lab, 2));
        assertThat(figures)
                .extracting(each -> each.ratios().values())
                .containsExactly(List.of(0.9, 0.9), List.of(0.5, 0.5));
        assertThat(figures).extracting(Figure::isReached).containsExactly(false, true);
        assertThat(lab.trials)
                .extracting(Trial::load)
                .as("the second repetition goes backwards")
                .endsWith(
                        new PoissonLoad(3_000, 2),
                        new PoissonLoad(3_000, 2),
                        new PoissonLoad(1_500, 2),
                        new PoissonLoad(1_200, 2),
                        new PoissonLoad(1_000, 2),
                        new PoissonLoad(800, 2));
    }

    @Test
    void lengthsAreDrawnAlikeForTokensAndMask() {
        FakeLab lab = new FakeLab(
                trial -> trial.model().endsWith("padded") ? FakeLab.rate(3_000, 1) : FakeLab.rate(1_000, 1));
        List<Figure> figures = new Lengths().measure(new Rounds(lab, 1));
        assertThat(figures).extracting(each -> each.ratios().median()).containsExactly(3.0, 3.0);
        assertThat(lab.trials)
                .allSatisfy(each -> assertThat(each.shapes())
                        .extracting(shape -> shape.text())
                        .containsExactly("zipf(8,512)", "zipf(8,512)"));
    }
}
