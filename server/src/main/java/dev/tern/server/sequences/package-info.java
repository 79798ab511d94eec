/**
 * Sequences: requests that belong together go one after another, each with the state that the one before has left.
 *
 * <p>Knows nothing of queues or models: each request of a sequence is a request to the next stage, with tensors more. Runs on
 * the thread that brings the request, on the one that answers the request before it, or on the timer's.
 */
@Station(
        name = "sequences",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.sequences;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
