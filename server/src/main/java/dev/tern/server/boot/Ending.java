package dev.tern.server.boot;

import java.util.List;

/**
 * What could not be finished before the exit timeout.
 *
 * @param cutOff requests that were answered UNAVAILABLE because they took too long
 * @param leftOpen what still runs or loads, in words; not empty if nothing more may be closed
 */
record Ending(int cutOff, List<String> leftOpen) {
    Ending {
        leftOpen = List.copyOf(leftOpen);
    }

    boolean isOrderly() {
        return cutOff == 0 && leftOpen.isEmpty();
    }
}
