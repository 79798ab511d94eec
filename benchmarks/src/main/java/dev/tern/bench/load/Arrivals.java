package dev.tern.bench.load;

/** When the requests of an open loop are to be sent. Not thread-safe. */
public interface Arrivals {
    /** The time of the next request, in nanoseconds since the load began; never less than the one before. */
    long next();
}
