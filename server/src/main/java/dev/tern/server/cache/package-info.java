/**
 * Answers that are known already: in this process's memory, and in Redis.
 *
 * <p>Stages that answer on the thread that asks, or on the one that brings the answer. Nothing here blocks.
 */
@Station(
        name = "cache",
        mayUse = {"predict", "tensor"})
@NullMarked
package dev.tern.server.cache;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
