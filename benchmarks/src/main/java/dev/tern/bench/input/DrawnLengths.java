package dev.tern.bench.input;

/**
 * What the distinct requests drew from one distribution.
 *
 * @param distribution as it was typed
 * @param mean their mean length
 * @param max the longest
 */
public record DrawnLengths(String distribution, double mean, long max) {}
