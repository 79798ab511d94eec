package dev.tern.server.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.FakeClock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeadlineTimerTest {
    private static final long INTERVAL = 100;

    private final FakeClock clock = new FakeClock();
    private final long start = clock.nanoTime();
    private final TreeSet<Long> deadlines = new TreeSet<>();
    private final List<Long> looks = new ArrayList<>();
    private final DeadlineTimer timer = new DeadlineTimer(clock, INTERVAL, this::sweep);

    @Test
    void looksWhenDeadlinePasses() {
        add(1_000);
        clock.advance(999);
        assertThat(looks).isEmpty();
        clock.advance(1);
        assertThat(looks).containsExactly(1_000L);
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    void looksAtNothingOnceClosed() {
        add(1_000);
        timer.close();
        clock.advance(1_000);
        assertThat(looks).isEmpty();
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    void ascendingDeadlinesShareOneTask() {
        for (int i = 1; i <= 1_000; i++) {
            add(i * 1_000L);
        }
        assertThat(clock.scheduled()).isOne();
        clock.advance(1_000_000);
        assertThat(deadlines).isEmpty();
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    void looksEarlierForEarlierDeadline() {
        add(5_000);
        add(1_000);
        clock.advance(1_000);
        assertThat(looks).containsExactly(1_000L);
        clock.advance(4_000);
        assertThat(looks).containsExactly(1_000L, 5_000L);
    }

    @Test
    void descendingDeadlinesDoNotMultiplyLooks() {
        for (int i = 100; i >= 1; i--) {
            add(i * 1_000L);
        }
        clock.advance(200_000);
        assertThat(looks).hasSize(100).doesNotHaveDuplicates();
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    void looksNoMoreOftenThanTheInterval() {
        for (int i = 1_000; i < 2_000; i++) {
            add(i);
        }
        clock.advance(1_500);
        assertThat(looks).containsExactly(1_000L, 1_100L, 1_200L, 1_300L, 1_400L, 1_500L);
    }

    @Test
    void deadlineInThePastIsLookedAtAtOnce() {
        add(-1);
        clock.advance(0);
        assertThat(looks).containsExactly(0L);
    }

    private void add(long after) {
        deadlines.add(start + after);
        timer.lookAt(start + after);
    }

    private long sweep() {
        looks.add(clock.nanoTime() - start);
        deadlines.removeIf(deadline -> clock.nanoTime() - deadline >= 0);
        return deadlines.isEmpty() ? Call.NO_DEADLINE : deadlines.first();
    }
}
