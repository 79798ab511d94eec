/**
 * What is counted while the load runs: latencies, errors, rates.
 *
 * <p>May use HdrHistogram. Counting is thread-safe; the figures are taken once, after the load.
 */
@NullMarked
package dev.tern.bench.measure;

import org.jspecify.annotations.NullMarked;
