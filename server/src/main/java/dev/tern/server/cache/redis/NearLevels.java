package dev.tern.server.cache.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What this process keeps in memory of all models, by their tags, to be told what goes in Redis. Any thread. */
final class NearLevels {
    private final Map<String, List<NearAnswers>> byTag = new ConcurrentHashMap<>();
    private final AtomicLong told = new AtomicLong();
    private final Executor patient;

    /** @param patient where what may take long is done */
    NearLevels(Executor patient) {
        this.patient = patient;
    }

    void add(String tag, NearAnswers near) {
        var unused = byTag.compute(tag, (it, before) -> {
            List<NearAnswers> all = before == null ? new CopyOnWriteArrayList<>() : before;
            all.add(near);
            return all;
        });
    }

    void remove(String tag, NearAnswers near) {
        var unused = byTag.computeIfPresent(tag, (it, all) -> {
            boolean removed = all.remove(near);
            return removed && all.isEmpty() ? null : all;
        });
    }

    /** How often Redis said that something went. Grows before that is passed on. */
    long told() {
        return told.get();
    }

    void gone(RedisKeys.Parsed key) {
        long unused = told.incrementAndGet();
        byTag.getOrDefault(key.tag(), List.of()).forEach(each -> each.gone(key.key()));
    }

    /** The answers of the model that {@code tag} stands for were cleared. */
    void cleared(String tag) {
        long unused = told.incrementAndGet();
        drop(byTag.getOrDefault(tag, List.of()), NearAnswers::allGone);
    }

    void allGone() {
        long unused = told.incrementAndGet();
        drop(all(), NearAnswers::allGone);
    }

    /** Nobody knows what went. */
    void unknown() {
        drop(all(), NearAnswers::unknown);
    }

    private List<NearAnswers> all() {
        return byTag.values().stream().flatMap(List::stream).toList();
    }

    /** At once for all; what that leaves in memory is looked for later. */
    private void drop(List<NearAnswers> those, Consumer<NearAnswers> action) {
        those.forEach(action);
        try {
            patient.execute(() -> those.forEach(NearAnswers::sweep));
        } catch (RejectedExecutionException e) {
            // The server ends, and its memory with it.
        }
    }
}
