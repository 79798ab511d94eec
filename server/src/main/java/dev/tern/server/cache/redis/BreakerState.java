package dev.tern.server.cache.redis;

/** Whether Redis is asked. */
public enum BreakerState {
    /** It is. */
    CLOSED,
    /** A few requests find out whether it is well again. */
    HALF_OPEN,
    /** It is not. */
    OPEN
}
