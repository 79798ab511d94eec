package dev.tern.server.predict;

/** Where an answer comes from. */
public enum Origin {
    /** From the model; nothing was asked of a cache. */
    MODEL,
    /** From the model, since no cache had it. */
    MISS,
    /** From the model, since the caller wanted no kept answer. */
    BYPASS,
    /** From this process's memory. */
    L1,
    /** From Redis. */
    L2,
    /** From the run of an equal request that was under way. */
    COALESCED
}
