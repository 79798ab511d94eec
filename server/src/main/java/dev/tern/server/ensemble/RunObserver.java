package dev.tern.server.ensemble;

/** Told what ensembles and their own steps do, on the thread that answers, so it must be quick. */
public interface RunObserver {
    /** A request was answered: {@code rows} of it, from {@code startNanos} to {@code endNanos} on the clock's scale. */
    void ran(int rows, long startNanos, long endNanos);
}
