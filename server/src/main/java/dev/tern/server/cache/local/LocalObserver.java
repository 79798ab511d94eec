package dev.tern.server.cache.local;

/** Is told what a model has in memory; on the thread that changes it, so it must be quick. */
public interface LocalObserver {
    /** {@code entries} more answers, of {@code bytes} in all, are kept; negative if they are fewer. */
    void changed(int entries, long bytes);

    void evicted(Evicted cause);
}
