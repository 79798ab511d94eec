/**
 * The whole program, put together: commands, options, the pipelines, the ordered start and end. Here is only where the
 * process begins; the way on leads through {@code commands}, {@code assembly} and {@code versions}.
 *
 * <p>Sees every other package and is seen by none. Owns every thread: the others are handed theirs. The folders below
 * never use each other in a circle.
 */
@Station(
        name = "boot",
        mayUse = {
            "http",
            "rpc",
            "rollout",
            "repository",
            "admission",
            "splitting",
            "cache",
            "ensemble",
            "sequences",
            "drift",
            "batching",
            "engine",
            "predict",
            "tensor",
            "telemetry",
            "tracing",
            "statistics",
            "traffic",
            "host"
        })
@NullMarked
package dev.tern.server.boot;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
