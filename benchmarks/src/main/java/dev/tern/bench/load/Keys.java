package dev.tern.bench.load;

/** Which request of a pool is sent as the n-th, from 0. A pure function. */
interface Keys {
    int at(long n);
}
