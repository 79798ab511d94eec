/**
 * HTTP/1.1 beside gRPC: health and metrics, each on the port its caller gives it.
 *
 * <p>A small GET server that knows paths and texts, not what they mean. One event loop serves all its ports and
 * connections; it calls the routes, which must not block.
 */
@Station(
        name = "http",
        mayUse = {"predict", "repository", "tensor"})
@NullMarked
package dev.tern.server.http;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
