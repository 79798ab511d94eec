package dev.tern.server.predict;

/**
 * What an answer is kept under: a keyed hash, of 128 bits, of all that makes the answer. Requests with the same key have
 * the same answer.
 */
public record CacheKey(long high, long low) {}
