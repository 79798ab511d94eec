/**
 * Regions of files in the system's shared memory directory, which clients name and then put inputs into or have outputs
 * put into.
 *
 * <p>Nothing is mapped: bytes are read and written at their place in an open file. Any thread. Only registering a region
 * may wait for another process.
 */
@Station(
        name = "sharedmemory",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.sharedmemory;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
