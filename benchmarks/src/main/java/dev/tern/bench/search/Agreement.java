package dev.tern.bench.search;

import java.util.Optional;

/**
 * When windows at one rate are enough: as soon as so many of them agree. One window that a neighbour on the machine
 * disturbed so decides nothing, and neither does one lucky window. Immutable.
 *
 * @param needed how many must agree, at least 1
 * @param met how many met the objective
 * @param missed how many did not
 */
record Agreement(int needed, int met, int missed) {
    static Agreement of(int needed) {
        return new Agreement(needed, 0, 0);
    }

    Agreement with(boolean window) {
        return new Agreement(needed, met + (window ? 1 : 0), missed + (window ? 0 : 1));
    }

    /** Whether the rate meets the objective; empty while that is open. */
    Optional<Boolean> verdict() {
        if (met == needed || missed == needed) {
            return Optional.of(met == needed);
        }
        return Optional.empty();
    }
}
