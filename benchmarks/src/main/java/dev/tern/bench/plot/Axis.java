package dev.tern.bench.plot;

/**
 * One side of a chart.
 *
 * @param name what lies along it, with its unit
 * @param scale where values lie
 */
public record Axis(String name, Scale scale) {}
