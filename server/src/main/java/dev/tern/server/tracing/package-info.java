/**
 * Traces of single requests, as Triton writes them: when each part of its way began, and what its tensors were.
 *
 * <p>A request that is not sampled costs the look at one field. Traces are written by a thread of their own; what it cannot
 * keep up with is dropped and counted.
 */
@Station(
        name = "tracing",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.tracing;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
