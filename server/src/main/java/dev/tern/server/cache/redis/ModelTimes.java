package dev.tern.server.cache.redis;

/**
 * How long a model's requests wait for Redis, how long Redis keeps its answers, and how old one may be.
 *
 * @param budgetNanos of one look-up; more than 0
 * @param ttlMillis on average; more than 0
 * @param maxAgeMillis from which age on an answer is none; {@link Long#MAX_VALUE} for never
 */
public record ModelTimes(long budgetNanos, long ttlMillis, long maxAgeMillis) {}
