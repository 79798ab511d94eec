package dev.tern.server.cache.redis;

/**
 * What clearing a model's answers in Redis came to.
 *
 * @param answers that were removed
 * @param problem why not all of them were, to follow "as"; empty if they were
 */
public record Cleared(long answers, String problem) {}
