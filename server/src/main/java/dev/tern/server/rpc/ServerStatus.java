package dev.tern.server.rpc;

import dev.tern.server.tracing.Tracing;

/** What the server as a whole says of itself. */
public interface ServerStatus {
    /** Whether requests should be sent here. */
    boolean ready();

    /** Whether the server is shutting down. */
    boolean exiting();

    /** The server's version, as ServerMetadata reports it. */
    String version();

    /** What it logs. */
    LogControl log();

    /** Which requests it traces. */
    Tracing tracing();
}
