package dev.tern.server.rpc;

import dev.tern.server.repository.Resolution;

/** Finds the version that a request names and keeps it open for the request. Any thread, never blocks. */
interface VersionResolver {
    Resolution acquire(String model, String version);
}
