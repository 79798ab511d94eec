/**
 * Benchmarks of single parts of the server, run by JMH: {@code benchmarks/target/tern-bench/bin/tern-jmh}.
 *
 * <p>With {@code simulator} the only package here that may use the server's classes. Runs on JMH's threads.
 */
@NullMarked
package dev.tern.bench.jmh;

import org.jspecify.annotations.NullMarked;
