/**
 * The floor that a server's CPU time is held against: a bare gRPC echo, the bare ONNX Runtime call, and the server itself,
 * in turn on the same cores.
 *
 * <p>{@code EchoServer} and {@code BareRuns} are programs of their own, started with the server's JVM flags beside the
 * server's libraries. Uses {@code run}, {@code process}, {@code models} and {@code metrics}, and {@code figures} for its
 * tables; {@code cached} measures with it, too.
 */
@NullMarked
package dev.tern.bench.floor;

import org.jspecify.annotations.NullMarked;
