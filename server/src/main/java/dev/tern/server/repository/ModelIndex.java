package dev.tern.server.repository;

import java.util.List;

/**
 * One model of the repository, at one moment.
 *
 * @param repository the repository's path, as configured; for operators, not for clients
 * @param reason why the model as a whole cannot be served; empty otherwise
 * @param versions those its version policy selects, ascending; empty when there is a reason
 */
public record ModelIndex(String name, String repository, String reason, List<VersionIndex> versions) {
    public ModelIndex {
        versions = List.copyOf(versions);
    }

    /** Whether there is something to serve and all of it is served. */
    public boolean allReady() {
        return !versions.isEmpty() && versions.stream().allMatch(each -> each.state() == VersionState.READY);
    }
}
