/**
 * Benchmarks of single parts of the server, run by JMH: {@code java -cp 'benchmarks/target/tern-bench/lib/*'
 * org.openjdk.jmh.Main}.
 *
 * <p>With {@code simulator} the only package here that may use the server's classes. Runs on JMH's threads.
 */
@NullMarked
package dev.tern.bench.jmh;

import org.jspecify.annotations.NullMarked;
