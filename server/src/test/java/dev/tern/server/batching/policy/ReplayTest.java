package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.policy.Callers.Population;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final LongBinaryOperator RUN = ServerModel.affine(1000, 10);

    private final long[] runNanos =
            LongStream.rangeClosed(0, 64).map(rows -> RUN.applyAsLong(rows, 0)).toArray();

    private static Trace trace(long... nanos) {
        Trace trace = new Trace(nanos.length);
        for (long at : nanos) {
            trace.nanos[trace.count] = at;
            trace.rows[trace.count++] = 1;
        }
        return trace;
    }

    private Replay replay(Trace trace, int instances, Plan plan) {
        Replay replay = new Replay(instances, trace.count);
        replay.run(trace, Population.OPEN, runNanos, 1, plan);
        return replay;
    }

    @Test
    void waitsForRowsOrUntilTheOldestHasWaitedEnough() {
        // Far apart, so that every pair meets a free server: at 0 and 300, at 100,000 and 100,700.
        Trace trace = trace(0, 300, 100_000, 100_700);

        Replay pairs = replay(trace, 1, new Plan(2, 500, 64));
        // 0 and 300 go together at 300; 100,000 goes alone at 100,500, and 100,700 when that is done, at 101,510.
        assertThat(pairs.meanNanos()).isEqualTo((1320 + 1020 + 1510 + 101_510 + 1010 - 100_700) / 4.0);
        assertThat(pairs.nanosPerRow()).isEqualTo((1020 + 1010 + 1010) / 4.0);
        assertThat(pairs.percentileNanos(100)).isEqualTo(1820);
    }

    @Test
    void takesNoMoreThanTheMostRows() {
        Trace trace = trace(0, 1, 2, 3, 100_000, 100_001, 100_002, 100_003);

        Replay capped = replay(trace, 1, new Plan(4, 1000, 2));

        assertThat(capped.nanosPerRow()).isEqualTo(1020 / 2.0);
        assertThat(capped.percentileNanos(100)).isEqualTo(3 + 2 * 1020 - 2);
    }

    @Test
    void everyInstanceTakesABatch() {
        Trace trace = trace(0, 1, 2, 3, 100_000, 100_001, 100_002, 100_003);

        assertThat(replay(trace, 4, new Plan(1, 0, 64)).percentileNanos(100)).isEqualTo(1010);
    }

    @Test
    void agreesWithAnIndependentServer() {
        long[] arrivals = ServerModel.poisson(20e6, 2000, 3);
        for (int instances : new int[] {1, 3}) {
            for (long window : new long[] {0, 500, 3000}) {
                Replay replay = replay(trace(arrivals), instances, new Plan(64, window, 64));
                ServerModel server =
                        new ServerModel(instances, 64, RUN, new ServerModel.Fixed(window, 64)).open(arrivals);
                long last = Long.MAX_VALUE;
                assertThat(replay.percentileNanos(90))
                        .isCloseTo(server.percentile(90, 0, last), Percentage.withPercentage(2));
            }
        }
    }

    @Test
    void callersInAClosedLoopComeOnlyAfterTheirAnswers() {
        Trace trace = trace(LongStream.range(0, 1000).toArray());
        Population four = new Population(4, 0);
        Replay replay = new Replay(1, trace.count);

        replay.run(trace, four, runNanos, 1, new Plan(4, 5000, 64));
        assertThat(replay.percentileNanos(100)).isBetween(1040L, 1050L);
        assertThat(replay.nanosPerRow()).isCloseTo(1040 / 4.0, Percentage.withPercentage(1));

        replay.run(trace, four, runNanos, 1, new Plan(5, 5000, 64));
        assertThat(replay.percentileNanos(100)).isGreaterThanOrEqualTo(5000 + 1040);
    }
}
