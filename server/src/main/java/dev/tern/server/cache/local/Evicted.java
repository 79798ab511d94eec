package dev.tern.server.cache.local;

/** Why a kept answer is kept no more. */
public enum Evicted {
    /** For want of room. */
    SIZE,
    /** Its time to live is over. */
    EXPIRED,
    /** By an operator, or because its model is no longer loaded. */
    CLEARED,
    /** It has gone, or was replaced, where replicas share it. */
    INVALIDATED,
    /** It may have: for a while nobody could tell. */
    UNTRACKED
}
