package dev.tern.bench.figures;

/**
 * A trial and what it gave.
 *
 * @param trial for people
 */
public record TrialReading(String trial, Reading reading) {}
