package dev.tern.bench.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of the peak at three times the load that can be served. */
class OverloadTest {
    private static final double OVERLOAD = 3;

    @ParameterizedTest
    @CsvSource({
        "fixed:0, 25ms, 0, 1",
        "fixed:0, 50ms, 0, 1",
        "fixed:0, 25ms, 0.1, 8",
        "fixed:0, exp:50ms, 0.1, 1",
        "'fixed:0,admission=off', 50ms, 0, 1",
        "lifo, 25ms, 0.1, 1",
        "fifo:200, 25ms, 0, 1"
    })
    void goodputStaysNearItsPeak(String policy, String deadline, double noise, int instances) {
        Scenarios scenarios = scenarios(deadline, noise, instances);
        double peak = Math.max(
                scenarios.at(0.9, policy).good(), scenarios.at(1.5, policy).good());
        assertThat(scenarios.at(OVERLOAD, policy).good()).isGreaterThan(0.95 * peak);
    }

    @ParameterizedTest
    @CsvSource({"fifo, 25ms"})
    void anUnboundedQueueAnswersEverybodyTooLate(String policy, String deadline) {
        assertThat(scenarios(deadline, 0, 1).at(OVERLOAD, policy).good()).isZero();
    }

    private static Scenarios scenarios(String deadline, double noise, int instances) {
        return new Scenarios()
                .deadline(deadline)
                .noise(noise)
                .instances(instances)
                .requests(60_000 * instances, 20_000 * instances);
    }
}
