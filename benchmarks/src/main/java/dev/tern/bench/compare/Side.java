package dev.tern.bench.compare;

/** One of the two that are compared. */
public enum Side {
    A,
    B
}
