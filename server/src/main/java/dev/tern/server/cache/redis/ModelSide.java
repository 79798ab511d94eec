package dev.tern.server.cache.redis;

/**
 * What is one model version's own.
 *
 * @param keys its keys in Redis, which it shares with the model's other versions
 * @param near what this process has in memory
 * @param observer told what becomes of what it asks
 */
record ModelSide(ModelKeys keys, NearAnswers near, L2Observer observer) {}
