package dev.tern.server.statistics;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.predict.ServingStatistics.Times;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one loaded version has done, counted by Triton's rules. Any thread counts and asks; nothing blocks, and nothing is
 * allocated but for the first run of a number of rows.
 *
 * <p>A request is an answer that was given or a failure, whatever it was split into. Rows and times of runs are the model's:
 * a request that is answered without a run of its own has none.
 */
public final class VersionCounts {
    private final Clock clock;
    private final InstantSource wall;

    private final CountedTime succeeded = new CountedTime();
    private final CountedTime failed = new CountedTime();
    /** By a run of their own. A count, not a difference: what is read may not grow less. */
    private final LongAdder computed = new LongAdder();

    private final CountedTime cacheHits = new CountedTime();
    private final LongAdder cacheMisses = new LongAdder();
    private final LongAdder cacheMissNanos = new LongAdder();

    private final LongAdder inferences = new LongAdder();
    private final LongAdder queueNanos = new LongAdder();
    private final LongAdder inputNanos = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();
    private final LongAdder outputNanos = new LongAdder();
    private final RunsByRows runs = new RunsByRows();

    /** When the last run ended; nothing while {@link #hasRun} is false. */
    private final AtomicLong lastRunNanos = new AtomicLong();

    private volatile boolean hasRun;

    /** The last answer to when that was: it is to stay the same until the next run. */
    private long toldNanos;

    private long toldMillis;

    /** @param wall is asked when somebody asks, not for each run */
    public VersionCounts(Clock clock, InstantSource wall) {
        this.clock = clock;
        this.wall = wall;
    }

    /** A request was answered, {@code nanos} after it came. */
    public void succeeded(Origin origin, long nanos) {
        succeeded.add(nanos);
        switch (origin) {
            case MODEL, BYPASS -> computed.increment();
            case MISS -> {
                computed.increment();
                cacheMisses.increment();
            }
            // One that waits for an equal one's run has none of its own, either.
            case L1, L2, COALESCED -> cacheHits.add(nanos);
        }
    }

    /** A request failed, {@code nanos} after it came; one that is refused for what it says is not counted, as in Triton. */
    public void failed(Failure.Kind kind, long nanos) {
        switch (kind) {
            case INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED -> {}
            case UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, CANCELLED, INTERNAL -> failed.add(nanos);
        }
    }

    /** So long took a look-up that found nothing, or the keeping of an answer. */
    public void missTook(long nanos) {
        cacheMissNanos.add(nanos);
    }

    /**
     * A run succeeded.
     *
     * @param requests that it answers: each of them took the run's whole time
     * @param rows of these requests
     * @param queuedNanos what they had waited, together
     * @param batchSize rows of the run, those of requests that nobody waits for any more included
     */
    public void ran(int requests, int rows, long queuedNanos, int batchSize, RunTimes times) {
        inferences.add(rows);
        queueNanos.add(queuedNanos);
        inputNanos.add(requests * times.inputNanos());
        inferNanos.add(requests * times.inferNanos());
        outputNanos.add(requests * times.outputNanos());
        runs.add(batchSize, times);
        ended(times.endNanos());
    }

    /** Runs of several instances may tell in another order than that in which they ended. */
    private void ended(long nanos) {
        if (!hasRun) {
            lastRunNanos.compareAndSet(0, nanos);
            hasRun = true;
        }
        lastRunNanos.accumulateAndGet(nanos, (last, now) -> now - last > 0 ? now : last);
    }

    /** All of it, at this moment. */
    public ServingStatistics sum() {
        Times answered = succeeded.sum();
        long ran = computed.sum();
        return new ServingStatistics(
                lastRunMillis(),
                inferences.sum(),
                answered,
                failed.sum(),
                new Times(answered.count(), queueNanos.sum()),
                new Times(ran, inputNanos.sum()),
                new Times(ran, inferNanos.sum()),
                new Times(ran, outputNanos.sum()),
                cacheHits.sum(),
                new Times(cacheMisses.sum(), cacheMissNanos.sum()),
                runs.sums());
    }

    private synchronized long lastRunMillis() {
        if (!hasRun) {
            return 0;
        }
        long last = lastRunNanos.get();
        if (toldMillis == 0 || last != toldNanos) {
            toldNanos = last;
            toldMillis = wall.millis() - TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - last);
        }
        return toldMillis;
    }
}
