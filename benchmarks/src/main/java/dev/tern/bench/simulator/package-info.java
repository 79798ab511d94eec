/**
 * A discrete-event simulator of one model's batch queue: what a batching policy does to latency and goodput at loads
 * that this machine cannot make.
 *
 * <p>Drives the server's own classes of {@code dev.tern.server.batching.policy}, in the order in which the server calls
 * them, with simulated time; may use nothing else of the server. One simulation belongs to one thread.
 */
@NullMarked
package dev.tern.bench.simulator;

import org.jspecify.annotations.NullMarked;
