package dev.tern.server.cache.local;

/** Why a kept answer is kept no more. */
public enum Evicted {
    /** For want of room. */
    SIZE,
    /** Its time to live is over. */
    EXPIRED,
    /** By an operator, or because its model is no longer loaded. */
    CLEARED
}
