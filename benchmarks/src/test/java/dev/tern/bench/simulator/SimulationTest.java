package dev.tern.bench.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
    private static final double MILLISECOND = 1e6;
    private static final Percentage EXACT = Percentage.withPercentage(0.2);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "fixed:2ms",
                "triton:preferred=8+16,delay=1ms,queue=100",
                "adaptive:objective=20ms",
                "fixed:0,admission=off",
                "fifo:100",
                "lifo",
                "codel:target=2ms,interval=20ms"
            })
    void everyRequestEndsOnce(String policy) {
        for (String arrivals : List.of("poisson", "onoff:20ms/20ms")) {
            Counts counts = new Scenarios()
                    .arrivals(arrivals)
                    .rows("1-4")
                    .deadline("exp:30ms")
                    .noise(0.2)
                    .instances(3)
                    .counts(2, policy);
            assertThat(counts.all().latencies.getTotalCount() + counts.all().refused + counts.all().dropped)
                    .as(policy + " with " + arrivals)
                    .isEqualTo(20_000);
        }
    }

    @Test
    void theSameSeedGivesTheSame() {
        Scenarios same = new Scenarios().noise(0.1).deadline("30ms");
        assertThat(same.at(1.2, "adaptive")).isEqualTo(same.at(1.2, "adaptive"));
        assertThat(same.at(1.2, "adaptive")).isNotEqualTo(same.seed(2).at(1.2, "adaptive"));
    }

    /** Pollaczek and Khinchine for constant service: the mean wait is rho S / (2 (1 - rho)). */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.8})
    void waitsAsAnMD1QueueDoes(double load) {
        Result result = new Scenarios().curve("1:1ms").requests(400_000, 20_000).at(load / 64, "none");
        assertThat(result.mean() / MILLISECOND).isCloseTo(1 + load / (2 * (1 - load)), Percentage.withPercentage(3));
        assertThat(result.utilisation()).isCloseTo(load, within(0.01));
        assertThat(result.batch()).isEqualTo(1);
    }

    @Test
    void noiseLeavesTheMeanAsItIs() {
        Result result = new Scenarios()
                .curve("1:1ms")
                .noise(0.5)
                .requests(400_000, 20_000)
                .at(0.1 / 64, "none");
        assertThat(result.utilisation()).isCloseTo(0.1, within(0.002));
    }

    /** One request each 1 ms: three are there when the first has waited 2.5 ms, and the fourth opens the next window. */
    @Test
    void waitsTheWindowOut() {
        Result result = new Scenarios()
                .curve("1:100us")
                .arrivals("constant")
                .requests(3000, 0)
                .at(1.0 / 640, "fixed:2.5ms");
        assertThat(result.batch()).isCloseTo(3, within(0.01));
        assertThat(result.p999() / MILLISECOND).isCloseTo(2.6, EXACT);
        assertThat(result.p50() / MILLISECOND).isCloseTo(1.6, EXACT);
        assertThat(result.utilisation()).isCloseTo(0.1 / 3, within(0.001));
    }

    @Test
    void goesAtAPreferredSize() {
        Result result = new Scenarios()
                .curve("1:100us")
                .arrivals("constant")
                .requests(3000, 0)
                .at(1.0 / 640, "triton:preferred=2,delay=1s");
        assertThat(result.batch()).isEqualTo(2);
        assertThat(result.p999() / MILLISECOND).isCloseTo(1.1, EXACT);
    }

    @Test
    void burstsKeepTheMeanRate() {
        Scenarios bursts = new Scenarios().arrivals("onoff:5ms/15ms").requests(200_000, 0);
        assertThat(bursts.at(0.5, "fixed:0").offered())
                .isCloseTo(bursts.scenario().capacity() / 2, Percentage.withPercentage(5));
    }

    @Test
    void paddingCosts() {
        Scenarios lengths = new Scenarios().curve("8:1ms,512:10ms,32768:640ms").lengths("zipf:8-512");
        assertThat(lengths.at(0.5, "fixed:5ms").waste()).isBetween(0.05, 0.5);
        assertThat(new Scenarios().at(0.5, "fixed:0").waste()).isZero();
    }

    @Test
    void tellsLevelsApart() {
        Counts counts = new Scenarios().lowerShare(0.75).counts(0.5, "fixed:0");
        assertThat(counts.level(2).arrived / 20_000.0).isCloseTo(0.75, within(0.02));
        assertThat(counts.level(1).latencies.getTotalCount()
                        + counts.level(2).latencies.getTotalCount())
                .isEqualTo(20_000);
        assertThat(counts.level(1).latencies.getMean())
                .isLessThan(counts.level(2).latencies.getMean());
    }
}
