package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.SoakLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The stage under random events, one at a time: nobody is lost, passed in order, or given another's rows. */
class ScriptsTest {
    private static final int SEEDS = 500;
    private static final int MANY_SEEDS = 20_000;
    private static final int STEPS = 200;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @Test
    void everyScriptEndsWell() {
        play(SEEDS);
    }

    @Test
    @Tag("soak")
    void everyOneOfManyScriptsEndsWell() {
        play(SoakLength.of(MANY_SEEDS));
    }

    private static void play(int seeds) {
        long succeeded = 0;
        long runs = 0;
        long together = 0;
        for (long seed = 0; seed < seeds; seed++) {
            Script script = new Script(seed);
            try {
                script.play(STEPS);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + script + ": " + e.getMessage(), e);
            }
            succeeded += script.succeeded;
            runs += script.runs;
            together += script.together;
        }
        assertThat(succeeded).as("answers").isGreaterThan(10L * seeds);
        assertThat(together).as("requests in %s runs", runs).isGreaterThan(runs * 8 / 7);
    }
}
