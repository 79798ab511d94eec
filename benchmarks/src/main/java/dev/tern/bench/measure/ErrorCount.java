package dev.tern.bench.measure;

/**
 * Requests that failed with one status code.
 *
 * @param count how many
 * @param firstMessage the message of the first; may be empty
 */
public record ErrorCount(long count, String firstMessage) {}
