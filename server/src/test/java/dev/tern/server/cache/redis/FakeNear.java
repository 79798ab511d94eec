package dev.tern.server.cache.redis;

import dev.tern.server.cache.Asked;
import dev.tern.server.predict.CacheKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A process's memory that only notes what it is told. */
final class FakeNear implements NearAnswers {
    private final AtomicInteger generation = new AtomicInteger();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final List<Object> told = new CopyOnWriteArrayList<>();

    @Override
    public Asked asked(CacheKey key) {
        return new Asked(generation.get(), refreshes.get());
    }

    /** As if an operator had cleared it. */
    void clear() {
        int unused = generation.incrementAndGet();
    }

    /** As if a request had come that makes an answer anew. */
    void refresh() {
        int unused = refreshes.incrementAndGet();
    }

    @Override
    public void gone(CacheKey key) {
        told.add(key);
    }

    @Override
    public void allGone() {
        told.add("all gone");
    }

    @Override
    public void unknown() {
        told.add("unknown");
    }

    @Override
    public void sweep() {
        told.add("swept");
    }

    List<Object> told() {
        return told;
    }
}
