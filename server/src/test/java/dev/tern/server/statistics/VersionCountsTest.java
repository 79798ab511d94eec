package dev.tern.server.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.predict.ServingStatistics.Runs;
import dev.tern.server.predict.ServingStatistics.Times;
import dev.tern.server.testing.FakeClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VersionCountsTest {
    private static final long MILLI = 1_000_000;

    private final FakeClock clock = new FakeClock();
    private long wallMillis = 1_700_000_000_000L;
    private final VersionCounts counts = new VersionCounts(clock, () -> Instant.ofEpochMilli(wallMillis));

    @Test
    void aVersionThatHasDoneNothingHasNothing() {
        assertThat(counts.sum()).isEqualTo(ServingStatistics.none());
        assertThat(counts.sum().executions()).isZero();
    }

    @Test
    void requestsAreCountedByWhereTheirAnswersCameFrom() {
        counts.succeeded(Origin.MODEL, 1);
        counts.succeeded(Origin.BYPASS, 2);
        counts.succeeded(Origin.MISS, 4);
        counts.succeeded(Origin.L1, 8);
        counts.succeeded(Origin.L2, 16);
        counts.succeeded(Origin.COALESCED, 32);
        counts.missTook(500);
        counts.missTook(50);
        ServingStatistics sum = counts.sum();

        assertThat(sum.succeeded()).isEqualTo(new Times(6, 63));
        assertThat(sum.queued()).isEqualTo(new Times(6, 0));
        assertThat(List.of(sum.input(), sum.infer(), sum.output())).containsOnly(new Times(3, 0));
        assertThat(sum.cacheHits()).isEqualTo(new Times(3, 56));
        assertThat(sum.cacheMisses()).isEqualTo(new Times(1, 550));
        assertThat(sum.inferences()).as("rows are runs'").isZero();
        assertThat(sum.lastRunMillis()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void failuresAreCountedUnlessTheRequestItselfIsWrong(Failure.Kind kind) {
        counts.failed(kind, 7);
        boolean wrong = kind == Failure.Kind.INVALID_ARGUMENT
                || kind == Failure.Kind.NOT_FOUND
                || kind == Failure.Kind.UNIMPLEMENTED;
        assertThat(counts.sum().failed()).isEqualTo(wrong ? new Times(0, 0) : new Times(1, 7));
        assertThat(counts.sum().succeeded()).isEqualTo(new Times(0, 0));
    }

    @Test
    void aRunCountsOnceForItsSizeAndOnceForEachRequest() {
        counts.ran(3, 7, 900, 8, times(10, 100, 1));
        counts.ran(1, 8, 5, 8, times(20, 200, 2));
        counts.ran(1, 2, 0, 2, times(1, 1, 1));
        ServingStatistics sum = counts.sum();

        assertThat(sum.inferences()).isEqualTo(17);
        assertThat(sum.executions()).isEqualTo(3);
        assertThat(sum.queued().nanos()).isEqualTo(905);
        assertThat(sum.input().nanos()).isEqualTo(3 * 10 + 20 + 1);
        assertThat(sum.infer().nanos()).isEqualTo(3 * 100 + 200 + 1);
        assertThat(sum.output().nanos()).isEqualTo(3 + 2 + 1);
        assertThat(sum.runs()).containsExactly(new Runs(2, 1, 1, 1, 1), new Runs(8, 2, 30, 300, 3));
    }

    @Test
    void theTimeOfTheLastRunStaysUntilTheNext() {
        counts.ran(1, 1, 0, 1, times(0, 0, 0));
        clock.advance(5 * MILLI);
        wallMillis += 5;
        assertThat(counts.sum().lastRunMillis()).isEqualTo(1_700_000_000_000L);

        // The wall clock is set: what was said stays.
        clock.advance(5 * MILLI);
        wallMillis -= 3_600_000;
        counts.succeeded(Origin.L1, 1);
        assertThat(counts.sum().lastRunMillis()).isEqualTo(1_700_000_000_000L);

        counts.ran(1, 1, 0, 1, times(0, 0, 0));
        assertThat(counts.sum().lastRunMillis()).isEqualTo(wallMillis);
    }

    @Test
    void aRunThatIsToldOfLateIsNotTheLast() {
        RunTimes earlier = times(0, 0, 0);
        clock.advance(5 * MILLI);
        counts.ran(1, 1, 0, 1, times(0, 0, 0));
        counts.ran(1, 1, 0, 1, earlier);

        assertThat(counts.sum().lastRunMillis()).isEqualTo(1_700_000_000_000L);
    }

    @Test
    void nothingIsLostBetweenThreads() throws Exception {
        int threads = 4;
        int each = 2_000;
        int sizes = 50;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                all.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        counts.ran(1, 1, 1, 1 + i % sizes, times(1, 1, 1));
                        counts.succeeded(Origin.MISS, 1);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
        ServingStatistics sum = counts.sum();
        long total = (long) threads * each;

        assertThat(sum.executions()).isEqualTo(total);
        assertThat(sum.runs())
                .extracting(Runs::count)
                .containsOnly(total / sizes)
                .hasSize(sizes);
        assertThat(sum.runs()).extracting(Runs::rows).isSorted();
        assertThat(sum.infer()).isEqualTo(new Times(total, total));
        assertThat(sum.cacheMisses().count()).isEqualTo(total);
    }

    private RunTimes times(long input, long infer, long output) {
        long end = clock.nanoTime();
        return new RunTimes(end - output - infer - input, end - output - infer, end - output, end);
    }
}
