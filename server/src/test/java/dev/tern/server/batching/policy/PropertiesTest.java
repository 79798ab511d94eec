package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.SoakLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The policy under random settings and traffic, each decision checked against what is promised. */
class PropertiesTest {
    private static final int SEEDS = 1_000;
    private static final int MANY_SEEDS = 100_000;
    private static final int REQUESTS = 150;

    @Test
    void everyDecisionKeepsTheRules() {
        check(SEEDS);
    }

    @Test
    @Tag("soak")
    void everyDecisionKeepsTheRulesForManySeeds() {
        check(SoakLength.of(MANY_SEEDS));
    }

    private static void check(int seeds) {
        long batches = 0;
        long together = 0;
        long left = 0;
        for (long seed = 0; seed < seeds; seed++) {
            Simulation simulation = new Simulation(seed, REQUESTS);
            try {
                simulation.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + simulation + ": " + e.getMessage(), e);
            }
            batches += simulation.batches;
            together += simulation.together;
            left += simulation.left;
        }
        assertThat(together).as("requests in %s batches", batches).isGreaterThan(batches * 5 / 4);
        assertThat(left).as("left the queue without a run").isGreaterThan(seeds);
    }
}
