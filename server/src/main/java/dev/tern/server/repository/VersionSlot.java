package dev.tern.server.repository;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version's entry in a {@link ModelView}.
 *
 * @param reason why it is not ready; while it is, why it could not be replaced by what was to be loaded last; or empty
 * @param served what answers; present exactly while the state is READY
 */
record VersionSlot(
        long version,
        VersionState state,
        String reason,
        @Nullable ServedVersion served) {
    /** Why a version is not ready that nobody wants to be. */
    static final String UNLOADED = "unloaded";

    static VersionSlot loading(long version) {
        return new VersionSlot(version, VersionState.LOADING, "", null);
    }

    static VersionSlot ready(ServedVersion served) {
        return new VersionSlot(served.version(), VersionState.READY, "", served);
    }

    static VersionSlot unloading(long version) {
        return new VersionSlot(version, VersionState.UNLOADING, "", null);
    }

    static VersionSlot unavailable(long version, String reason) {
        return new VersionSlot(version, VersionState.UNAVAILABLE, reason, null);
    }

    /** This entry as one that an attempt to change it left as it was. */
    VersionSlot notChanged(String why) {
        return new VersionSlot(version, state, why, served);
    }

    VersionIndex index() {
        return served == null
                ? new VersionIndex(version, state, reason, null, List.of(), 0)
                : new VersionIndex(version, state, reason, served.config(), served.warnings(), served.instances());
    }
}
