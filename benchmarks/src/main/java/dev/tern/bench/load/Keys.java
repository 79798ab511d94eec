package dev.tern.bench.load;

/** Which request of a pool is sent as the n-th, from 0. A pure function. */
public interface Keys {
    /** The place in the pool. */
    int at(long n);
}
