package dev.tern.server.cache.local;

import dev.tern.server.cache.Asked;
import dev.tern.server.cache.CacheScope;
import dev.tern.server.predict.CacheKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is kept of one model, of all its versions. Which versions are open is guarded by {@link LocalCaches}. */
final class ModelPart {
    private static final AtomicLong MARKS = new AtomicLong();

    /** A power of two: what is made anew has few others, which are under way, not kept. */
    private static final int REFRESH_COUNTS = 1 << 10;

    private final LocalObserver observer;
    private final AtomicInteger generation = new AtomicInteger();
    /** Refreshes that have begun, each counted for one of so many parts of the keys. */
    private final AtomicIntegerArray refreshes = new AtomicIntegerArray(REFRESH_COUNTS);

    /** The generation in force when what was of earlier ones was last removed. */
    private final AtomicInteger swept = new AtomicInteger();

    private final LongAdder entries = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final List<CacheScope> scopes = new ArrayList<>();
    /** Part of its keys: models that are equal but for their names have the same keys, and may be in one pool. */
    private final long mark = MARKS.incrementAndGet();

    private volatile Pool pool;

    /** Why those of an earlier generation are given out no more. */
    private volatile Evicted dropping = Evicted.CLEARED;

    private double share;

    ModelPart(LocalObserver observer, Pool pool) {
        this.observer = observer;
        this.pool = pool;
    }

    Pool pool() {
        return pool;
    }

    /** Its answers so far stay in no pool that it looks into any more: they are removed. */
    void moveTo(Pool other, double itsShare) {
        Pool before = pool;
        share = itsShare;
        if (before != other) {
            pool = other;
            before.removeIf(entry -> entry.part() == this, Evicted.CLEARED);
        }
    }

    double share() {
        return share;
    }

    void opened(CacheScope scope) {
        scopes.add(scope);
    }

    /** Removes what only the closed version could give out; whether it was the last one. */
    boolean closed(CacheScope scope) {
        scopes.remove(scope);
        if (!scopes.contains(scope)) {
            pool.removeIf(entry -> entry.part() == this && entry.scope().equals(scope), Evicted.CLEARED);
        }
        return scopes.isEmpty();
    }

    /** How things stand for what is asked for now under {@code key}. */
    Asked asked(CacheKey key) {
        return new Asked(generation.get(), refreshes.get(part(key)));
    }

    /** A request begins that makes the answer under {@code key} anew. */
    void refresh(CacheKey key) {
        refreshes.updateAndGet(part(key), count -> (count + 1) & Integer.MAX_VALUE);
    }

    private static int part(CacheKey key) {
        return (int) key.low() & (REFRESH_COUNTS - 1);
    }

    @Nullable
    Kept get(CacheKey key) {
        CacheKey own = own(key);
        Kept entry = pool.get(own);
        if (entry == null || entry.part() != this) {
            return null;
        }
        if (entry.generation() != generation.get()) {
            pool.remove(own, entry, dropping);
            return null;
        }
        return entry;
    }

    /** Keeps {@code entry}, unless its model was cleared since it was asked for or the answer is made anew meanwhile. */
    void put(CacheKey key, Kept entry, Asked asked) {
        if (asked.isCurrent(asked(key))) {
            if (asked.isByRefresh()) {
                // Who asked Redis while it was made may be told what it replaces.
                refresh(key);
            }
            put(key, entry);
            if (!asked.isCurrent(asked(key))) {
                // A refresh has begun, and perhaps ended, since that was looked at: this may be in its answer's place.
                boolean unused = pool.takeBack(own(key), entry);
            }
        }
    }

    private void put(CacheKey key, Kept entry) {
        CacheKey own = own(key);
        Pool into = pool;
        entries.increment();
        bytes.add(entry.weight());
        observer.changed(1, entry.weight());
        try {
            into.put(own, entry);
        } catch (RuntimeException | Error e) {
            // Where memory ran out it may be in all the same; the pool says of what it removes that it is gone.
            if (!into.takeBack(own, entry)) {
                removed(entry);
            }
            throw e;
        }
    }

    private CacheKey own(CacheKey key) {
        return new CacheKey(key.high() ^ mark, key.low());
    }

    void removed(Kept entry) {
        entries.decrement();
        bytes.add(-entry.weight());
        observer.changed(-1, -entry.weight());
    }

    void evicted(Evicted cause) {
        observer.evicted(cause);
    }

    /**
     * Nothing of before is given out from this memory from now on; returns how many answers that were. Looks at every
     * answer in the memory, those of other models, too.
     */
    long clear(Evicted cause) {
        outdate(cause);
        long before = entries.sum();
        sweep();
        return before;
    }

    /** Nothing of before is given out from now on. */
    void outdate(Evicted cause) {
        dropping = cause;
        generation.incrementAndGet();
    }

    /** Removes what is given out no more, unless that was done since it is. */
    void sweep() {
        int now = generation.get();
        if (swept.getAndSet(now) != now) {
            pool.removeIf(entry -> entry.part() == this && entry.generation() != generation.get(), dropping);
        }
    }

    void remove(CacheKey key, Evicted cause) {
        pool.remove(own(key), cause);
    }

    long entries() {
        return entries.sum();
    }

    long bytes() {
        return bytes.sum();
    }
}
