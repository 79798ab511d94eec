/**
 * Whether the inputs and outputs of a version are still distributed as in its reference: of a sample of the requests one
 * row each is copied, and its features are compared with the reference window by window.
 *
 * <p>The only importer of Hipparchus. Copies are made on the thread that brings a request or its answer, which neither waits
 * nor computes anything; the statistics run on a thread of their own.
 */
@Station(
        name = "drift",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.drift;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
