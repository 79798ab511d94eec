package dev.tern.server.cache;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what it is told. */
final class CountingObserver implements CacheObserver {
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicInteger misses = new AtomicInteger();
    private final AtomicInteger kept = new AtomicInteger();
    private final AtomicInteger tooLarge = new AtomicInteger();
    private final AtomicInteger coalesced = new AtomicInteger();
    private final AtomicInteger unasked = new AtomicInteger();

    @Override
    public void hit(long nanos) {
        hits.incrementAndGet();
    }

    @Override
    public void missed(long nanos) {
        misses.incrementAndGet();
    }

    @Override
    public void kept(boolean fits, long nanos) {
        (fits ? kept : tooLarge).incrementAndGet();
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
