/**
 * gRPC in and out: the services, their messages' way to and from the server's own values, and the status codes.
 *
 * <p>Everything here runs on gRPC's event loops and never blocks; answers may come from runner threads.
 */
@Station(
        name = "rpc",
        mayUse = {"predict", "repository", "rollout", "sharedmemory", "tensor", "tracing", "traffic"})
@NullMarked
package dev.tern.server.rpc;

import dev.tern.server.Station;
import org.jspecify.annotations.NullMarked;
