package dev.tern.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeClockTest {
    private final FakeClock clock = new FakeClock();
    private final long start = clock.nanoTime();
    private final List<String> log = new ArrayList<>();

    @Test
    void runsTasksInOrderOfDueTimeAtTheirTime() {
        plan(30, "c");
        plan(10, "a");
        plan(20, "b");
        clock.advance(25);
        assertThat(log).containsExactly("a@10", "b@20");
        assertThat(clock.nanoTime() - start).isEqualTo(25);
        assertThat(clock.scheduled()).isOne();
    }

    @Test
    void runsTasksThatTasksSchedule() {
        clock.schedule(start + 10, () -> plan(15, "then"));
        clock.advance(15);
        assertThat(log).containsExactly("then@15");
    }

    @Test
    void keepsTheOrderOfTasksDueTogether() {
        plan(10, "first");
        plan(10, "second");
        clock.advance(10);
        assertThat(log).containsExactly("first@10", "second@10");
    }

    @Test
    void runsWhatIsDueOnlyWhenTimeIsMoved() {
        clock.skip(20);
        plan(10, "late");
        assertThat(log).isEmpty();
        clock.advance(0);
        assertThat(log).containsExactly("late@20");
    }

    private void plan(long after, String name) {
        clock.schedule(start + after, () -> log.add(name + "@" + (clock.nanoTime() - start)));
    }
}
