package dev.tern.client;

import java.time.Duration;

/** Checks on lengths of time. */
final class Durations {
    private Durations() {}

    static Duration requirePositive(Duration value, String name) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + " (expected: more than zero)");
        }
        return value;
    }
}
