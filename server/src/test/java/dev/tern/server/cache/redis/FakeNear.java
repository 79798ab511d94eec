package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A process's memory that only notes what it is told. */
final class FakeNear implements NearAnswers {
    private final AtomicInteger generation = new AtomicInteger();
    private final List<Object> told = new CopyOnWriteArrayList<>();

    @Override
    public int generation() {
        return generation.get();
    }

    /** As if an operator had cleared it. */
    void clear() {
        int unused = generation.incrementAndGet();
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
