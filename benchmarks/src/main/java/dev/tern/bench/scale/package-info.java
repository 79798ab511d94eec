/**
 * How a server's throughput grows with its event loops and its models' instances, and what stops it.
 *
 * <p>Uses {@code run}, {@code process}, {@code models}, and {@code figures} for medians. One thread measures.
 */
@NullMarked
package dev.tern.bench.scale;

import org.jspecify.annotations.NullMarked;
