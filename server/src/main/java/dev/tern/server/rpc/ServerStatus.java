package dev.tern.server.rpc;

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
}
