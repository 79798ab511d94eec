package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.load.ArrivalPattern.Spacing;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenLoadTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void oneRateHasNoSteps() {
        OpenLoad load = load(ArrivalPattern.CONSTANT, new Stage(1_500, 1_500, 10 * SECOND));
        assertThat(load.describe()).isEqualTo("open loop, constant, 1,500 requests/s");
        assertThat(load.settings()).hasToString("{kind=constant, rate_per_second=1500.0}");
        assertThat(load.steps()).isEmpty();
    }

    @Test
    void stagesAreDescribedInTurn() {
        OpenLoad load = load(
                ArrivalPattern.POISSON,
                new Stage(100, 1_000, 30 * SECOND),
                new Stage(1_000, 1_000, 60 * SECOND),
                new Stage(0.5, 0.5, Stage.FOR_EVER));
        assertThat(load.describe())
                .isEqualTo("open loop, Poisson, 100 to 1,000 requests/s for 30s, then 1,000 requests/s for 1m, then 0.5"
                        + " requests/s");
        assertThat(load.settings().get("stages"))
                .hasToString("[{from_per_second=100.0, to_per_second=1000.0, seconds=30.0},"
                        + " {from_per_second=1000.0, to_per_second=1000.0, seconds=60.0},"
                        + " {from_per_second=0.5, to_per_second=0.5}]");
    }

    @Test
    void aRampIsReportedInTenths() {
        List<Stage> steps = load(ArrivalPattern.POISSON, new Stage(100, 1_100, 10 * SECOND), new Stage(5, 5, SECOND))
                .steps();
        assertThat(steps).hasSize(11);
        assertThat(steps.get(0)).isEqualTo(new Stage(100, 200, SECOND));
        assertThat(steps.get(9)).isEqualTo(new Stage(1_000, 1_100, SECOND));
        assertThat(steps.get(10)).isEqualTo(new Stage(5, 5, SECOND));
    }

    @Test
    void burstsAreDescribed() {
        ArrivalPattern bursty = new ArrivalPattern(Spacing.CONSTANT, SECOND / 10, SECOND / 2);
        OpenLoad load = load(bursty, new Stage(10, 10, SECOND));
        assertThat(load.describe()).isEqualTo("open loop, bursts of 0.1s, then 0.5s of silence, 10 requests/s");
        assertThat(load.settings())
                .hasToString("{kind=bursty, spacing=constant, on_seconds=0.1, off_seconds=0.5, rate_per_second=10.0}");
    }

    private static OpenLoad load(ArrivalPattern pattern, Stage... stages) {
        return new OpenLoad(pattern, List.of(stages), 1);
    }
}
