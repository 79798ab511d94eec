package dev.tern.server.cache.redis;

/**
 * How long a model's requests wait for Redis, and how long Redis keeps its answers.
 *
 * @param budgetNanos of one look-up; more than 0
 * @param ttlMillis on average; more than 0
 */
public record ModelTimes(long budgetNanos, long ttlMillis) {}
