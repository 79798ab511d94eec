package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.ManualExecutor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class NearLevelsTest {
    private final ManualExecutor patient = new ManualExecutor();
    private final NearLevels levels = new NearLevels(patient);
    private final FakeNear one = new FakeNear();
    private final FakeNear other = new FakeNear();

    NearLevelsTest() {
        levels.add("one", one);
        levels.add("other", other);
    }

    @Test
    void nothingIsGivenOutFromTheMomentItIsToldAndMemoryIsSweptLater() {
        levels.allGone();
        levels.unknown();
        assertThat(one.told()).containsExactly("all gone", "unknown");
        assertThat(other.told()).containsExactly("all gone", "unknown");
        patient.runAll();
        assertThat(one.told()).containsExactly("all gone", "unknown", "swept", "swept");
        assertThat(levels.told()).isOne();
    }

    @Test
    void aClearedModelIsOneOfThem() {
        levels.cleared("one");
        levels.cleared("none");
        patient.runAll();
        assertThat(one.told()).containsExactly("all gone", "swept");
        assertThat(other.told()).isEmpty();
        assertThat(levels.told()).isEqualTo(2);
    }

    @Test
    void atTheEndNothingIsSwept() {
        NearLevels ending = new NearLevels(task -> {
            throw new RejectedExecutionException("of the test");
        });
        ending.add("one", one);
        ending.allGone();
        assertThat(one.told()).containsExactly("all gone");
    }
}
