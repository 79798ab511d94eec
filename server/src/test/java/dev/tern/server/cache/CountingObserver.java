package dev.tern.server.cache;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/** Counts what it is told. */
final class CountingObserver implements CacheObserver {
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicInteger misses = new AtomicInteger();
    private final AtomicInteger kept = new AtomicInteger();
    private final AtomicInteger tooLarge = new AtomicInteger();
    private final AtomicInteger coalesced = new AtomicInteger();
    private final AtomicLongArray rows = new AtomicLongArray(4);
    private final AtomicInteger unasked = new AtomicInteger();
    private final AtomicInteger far = new AtomicInteger();
    private final AtomicInteger spared = new AtomicInteger();

    @Override
    public void hit(long nanos) {
        hits.incrementAndGet();
    }

    @Override
    public void missed(long nanos) {
        misses.incrementAndGet();
    }

    @Override
    public void foundFar() {
        far.incrementAndGet();
    }

    @Override
    public void kept(boolean fits, long nanos) {
        (fits ? kept : tooLarge).incrementAndGet();
    }

    @Override
    public void rows(int near, int far, int computed, int repeated) {
        int[] counts = {near, far, computed, repeated};
        for (int i = 0; i < counts.length; i++) {
            rows.addAndGet(i, counts[i]);
        }
    }

    /** Rows from memory, from a further level, computed, repeated. */
    long[] rows() {
        return LongStream.range(0, rows.length()).map(i -> rows.get((int) i)).toArray();
    }

    @Override
    public void coalesced() {
        coalesced.incrementAndGet();
    }

    @Override
    public void bypassed() {
        unasked.incrementAndGet();
    }

    @Override
    public void refreshed() {
        unasked.incrementAndGet();
    }

    @Override
    public void spared() {
        spared.incrementAndGet();
    }

    int sparedRequests() {
        return spared.get();
    }

    int far() {
        return far.get();
    }

    int hits() {
        return hits.get();
    }

    int misses() {
        return misses.get();
    }

    int kept() {
        return kept.get();
    }

    int tooLarge() {
        return tooLarge.get();
    }

    int shared() {
        return coalesced.get();
    }
}
