package dev.tern.server.engine;

/** Is told what padding costs; called by runner threads, so it must be quick. */
@FunctionalInterface
public interface PaddingObserver {
    /** Counts nothing. */
    PaddingObserver NONE = (real, padding) -> {};

    /**
     * One run was put together from padded inputs.
     *
     * @param real elements that requests brought
     * @param padding elements that were filled up
     */
    void joined(long real, long padding);
}
