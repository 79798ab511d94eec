package dev.tern.bench.search;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.ServerCounts;
import java.util.Optional;

/**
 * What was measured at one rate.
 *
 * @param rate requests per second that were sent, on average
 * @param measurement the figures
 * @param counts what the server counted; empty where it does not tell
 */
public record Point(double rate, Measurement measurement, Optional<ServerCounts> counts) {}
