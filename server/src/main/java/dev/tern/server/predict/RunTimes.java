package dev.tern.server.predict;

/**
 * When the parts of one run of a model began and ended, on {@link Clock#nanoTime}'s scale, in this order.
 *
 * @param gatheredNanos when the inputs lay where the model reads them
 * @param computedNanos when the model was done; the rest is taking its outputs
 */
public record RunTimes(long startNanos, long gatheredNanos, long computedNanos, long endNanos) {
    /** How long it took to gather the inputs. */
    public long inputNanos() {
        return gatheredNanos - startNanos;
    }

    /** How long the model took. */
    public long inferNanos() {
        return computedNanos - gatheredNanos;
    }

    /** How long it took to take the outputs. */
    public long outputNanos() {
        return endNanos - computedNanos;
    }
}
