package dev.tern.server.repository;

import java.util.Optional;

/**
 * How one version's load ended.
 *
 * @param served empty if it failed
 * @param reason why it failed; empty otherwise
 * @param millis how long it took
 */
record VersionOutcome(long version, Optional<ServedVersion> served, String reason, long millis) {
    static VersionOutcome failed(long version, String reason) {
        return new VersionOutcome(version, Optional.empty(), reason, 0);
    }
}
