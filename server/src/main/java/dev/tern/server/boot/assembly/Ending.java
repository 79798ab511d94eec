package dev.tern.server.boot.assembly;

import java.util.List;

/**
 * What could not be finished before the exit timeout.
 *
 * @param cutOff requests that were answered UNAVAILABLE because they took too long
 * @param leftOpen what still runs or loads, in words; not empty if nothing more may be closed
 */
public record Ending(int cutOff, List<String> leftOpen) {
    public Ending {
        leftOpen = List.copyOf(leftOpen);
    }

    /** Whether all was answered and closed. */
    public boolean isOrderly() {
        return cutOff == 0 && leftOpen.isEmpty();
    }
}
