/**
 * The batch scheduler's decisions: who may enter the queue, who runs together, when.
 *
 * <p>Pure code: no threads, no clock, nothing of the server; time comes in as an argument in nanoseconds on the scale of
 * {@link System#nanoTime}. A queue calls it under its lock; the simulator in benchmarks drives the same classes.
 */
@NullMarked
package dev.tern.server.batching.policy;

import org.jspecify.annotations.NullMarked;
