package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a batch goes, with a fixed window, as Triton documents it. */
class SchedulerWindowTest {
    private static final long NOW = -5_000_000_000L;

    /** A waiting request is its rows and a letter for its shape; delay, age of the oldest and time to wait are in µs. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            no delay: one alone                      | 8 |     |   0 | 1           |   0 | run 1
            no delay: all that are there             | 8 |     |   0 | 1 1 1       |   0 | run 3
            no delay: up to the maximum, exactly     | 8 |     |   0 | 3 5 1       |   0 | run 2
            no delay: the next would overshoot       | 8 |     |   0 | 3 3 3       |   0 | run 2
            no delay: the first fills it             | 8 |     |   0 | 8 1         |   0 | run 1
            no delay: nothing overtakes              | 8 |     |   0 | 5 4 1       |   0 | run 1
            no delay: another shape is passed over   | 8 |     |   0 | 1a 1a 1b 1a |   0 | run 3
            maximum 1                                | 1 |     | 100 | 1 1         |   0 | run 1
            window: one waits                        | 8 |     | 100 | 1           |   0 | wait 100
            window: some wait for what is left of it | 8 |     | 100 | 1 2         |  40 | wait 60
            window: over                             | 8 |     | 100 | 1 2         | 100 | run 2
            window: long over                        | 8 |     | 100 | 1 2         | 900 | run 2
            window: over, more than fit              | 8 |     | 100 | 1 2 6       | 100 | run 2
            window: full                             | 8 |     | 100 | 4 4         |   0 | run 2
            window: full by one request              | 8 |     | 100 | 8           |   0 | run 1
            window: the next would overshoot         | 8 |     | 100 | 5 4         |   0 | run 1
            window: another shape closes             | 8 |     | 100 | 1a 1b       |   0 | run 1
            preferred: met                           | 8 | 4   | 100 | 1 1 2       |   0 | run 3
            preferred: met and passed                | 8 | 4   | 100 | 2 2 1       |   0 | run 2
            preferred: the largest one passed        | 8 | 2 4 | 100 | 1 1 2 1     |   0 | run 3
            preferred: in any order                  | 8 | 4 2 | 100 | 1 1 2 1     |   0 | run 3
            preferred: not met yet                   | 8 | 4   | 100 | 1 2         |   0 | wait 100
            preferred: stepped over, a larger ahead  | 16| 4 8 | 100 | 3 2         |   0 | wait 100
            preferred: stepped over, none ahead      | 8 | 4   | 100 | 3 2         |   0 | run 2
            preferred: one request beyond it         | 8 | 4   | 100 | 5           |   0 | run 1
            preferred: not met, window over          | 8 | 4   | 100 | 1 2         | 100 | run 2
            preferred: met, window over              | 8 | 4   | 100 | 2 2 2       | 100 | run 2
            preferred: not met, another shape        | 8 | 4   | 100 | 3a 1b       |   0 | run 1
            preferred: met, then another shape       | 8 | 4   | 100 | 2a 2a 2b    |   0 | run 2
            preferred: the maximum counts as well    | 8 | 4   | 100 | 3 5         |   0 | run 2
            preferred: not met, no delay             | 8 | 4   |   0 | 1 1         |   0 | run 2
            preferred: met and passed, no delay      | 8 | 4   |   0 | 2 2 2       |   0 | run 2
            no rows: waits as others do              | 4 |     | 100 | 0           |   0 | wait 100
            no rows: as many requests as rows        | 4 |     | 100 | 0 0 0 0 0   |   0 | run 4
            no rows: takes no room                   | 4 |     |   0 | 0 4 1       |   0 | run 2
            """)
    void decides(
            String name, int max, @Nullable String preferred, long delay, String queue, long age, String expected) {
        SchedulerSettings settings =
                SchedulerSettings.window(max, numbers(preferred), TimeUnit.MICROSECONDS.toNanos(delay));
        assertThat(describe(choose(settings, queue, age * 1_000))).isEqualTo(expected);
    }

    @Test
    void windowEndsOnTheNanosecond() {
        SchedulerSettings settings = SchedulerSettings.window(8, List.of(), 1_000);
        assertThat(choose(settings, "1", 999).lookAgainNanos()).isEqualTo(NOW + 1);
        assertThat(choose(settings, "1", 1_000).batch()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void runsEachAloneWithoutDynamicBatching(int max) {
        assertThat(choose(SchedulerSettings.unbatched(max), "1 1 1", 0).batch()).hasSize(1);
    }

    @Test
    void refusesToBatchWithoutRows() {
        assertThatThrownBy(() -> SchedulerSettings.window(0, List.of(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max_batch_size: 0 (expected: >= 1 to batch)");
    }

    private static String describe(Choice<FakeRequest> choice) {
        return choice.batch().isEmpty()
                ? "wait " + TimeUnit.NANOSECONDS.toMicros(choice.lookAgainNanos() - NOW)
                : "run " + choice.batch().size();
    }

    private static List<Integer> numbers(@Nullable String text) {
        return text == null
                ? List.of()
                : Stream.of(text.split(" ", -1)).map(Integer::valueOf).toList();
    }

    private static Choice<FakeRequest> choose(SchedulerSettings settings, String queue, long ageNanos) {
        Scheduler<FakeRequest> scheduler = new Scheduler<>(settings, new ExecutionTimes(64), null);
        String[] requests = queue.split(" ", -1);
        for (int i = 0; i < requests.length; i++) {
            scheduler.add(FakeRequest.at(NOW - ageNanos + i)
                    .rows(Integer.parseInt(requests[i].replaceAll("[a-z]", "")))
                    .group(requests[i].replaceAll("[0-9]", "")));
        }
        return scheduler.choose(NOW);
    }
}
