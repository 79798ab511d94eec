package dev.tern.server.cache.redis;

import dev.tern.server.cache.Asked;
import dev.tern.server.cache.CacheObserver;
import dev.tern.server.cache.CacheScope;
import dev.tern.server.cache.Keeping;
import dev.tern.server.cache.local.Evicted;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.local.LocalCaches;
import dev.tern.server.cache.local.LocalObserver;
import dev.tern.server.cache.local.ShareException;
import dev.tern.server.predict.CacheKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A {@link Replica} with a memory of its own, which Redis tells what goes. */
final class KeepingReplica implements AutoCloseable, NearAnswers, LocalObserver, CacheObserver {
    final Replica replica;
    private final RealTimer clock = new RealTimer();
    private final List<Evicted> evicted = new CopyOnWriteArrayList<>();
    private final LocalCache local;
    private final Keeping keeping;

    KeepingReplica(RedisAddress address) throws ShareException {
        this.local = new LocalCaches(1 << 20, clock).open("m", new CacheScope(1, 2, 3, 4), 0, Long.MAX_VALUE, this);
        this.replica = Replica.keeping(RedisSettings.of(address).withTracking(), this);
        this.keeping = new Keeping(local, clock, this, replica.stage);
    }

    /** Asks where nothing is looked up in memory, so that what comes back is kept anew. */
    void ask(int number) throws InterruptedException {
        replica.ask(keeping, number);
    }

    /** Has an answer in memory that never was in Redis. */
    void keep(int number) {
        CacheKey key = Replica.key(number);
        local.put(key, Replica.answerTo(key), local.asked(key));
    }

    boolean keeps(int number) {
        return local.get(Replica.key(number)) != null;
    }

    long dropped(Evicted cause) {
        return evicted.stream().filter(each -> each == cause).count();
    }

    @Override
    public Asked asked(CacheKey key) {
        return local.asked(key);
    }

    @Override
    public void gone(CacheKey key) {
        local.invalidate(key);
    }

    @Override
    public void allGone() {
        local.outdate(Evicted.INVALIDATED);
    }

    @Override
    public void unknown() {
        local.outdate(Evicted.UNTRACKED);
    }

    @Override
    public void sweep() {
        local.sweep();
    }

    @Override
    public void changed(int entries, long bytes) {}

    @Override
    public void evicted(Evicted cause) {
        evicted.add(cause);
    }

    @Override
    public void hit(long nanos) {}

    @Override
    public void missed(long nanos) {}

    @Override
    public void kept(boolean fits, long nanos) {}

    @Override
    public void rows(int near, int far, int computed, int repeated) {}

    @Override
    public void coalesced() {}

    @Override
    public void bypassed() {}

    @Override
    public void refreshed() {}

    @Override
    public void foundFar() {}

    @Override
    public void spared() {}

    @Override
    public void close() {
        replica.close();
        local.close();
        clock.close();
    }
}
