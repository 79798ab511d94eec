package dev.tern.server.ensemble;

/** Told what ensembles do, on the thread that answers, so it must be quick. */
public interface EnsembleObserver {
    /** A request was answered: {@code rows} of it, from {@code startNanos} to {@code endNanos} on the clock's scale. */
    void answered(int rows, long startNanos, long endNanos);
}
