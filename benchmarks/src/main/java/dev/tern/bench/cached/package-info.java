/**
 * The figures that the response cache promises, measured against packaged servers that are started here as child
 * processes, and a redis-server where one is given.
 *
 * <p>{@code BareGets} is a program of its own, started with the server's JVM flags beside the server's libraries. Uses
 * {@code run}, {@code process}, {@code models} and {@code metrics}, {@code floor} for echoes and {@code figures} for its
 * tables; only {@code cli} uses it. One thread measures.
 */
@NullMarked
package dev.tern.bench.cached;

import org.jspecify.annotations.NullMarked;
