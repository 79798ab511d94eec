/**
 * Which version of a model answers a request that names none, and which other one gets a copy of it, whose answer is
 * compared with what the caller got.
 *
 * <p>Sees the contract of the stages and nothing of the repository: boot lends it versions. A request's version is drawn
 * on the thread that brings it; copies are sent, and answers compared, on {@code tern-shadow}.
 */
@Station(
        name = "traffic",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.traffic;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
