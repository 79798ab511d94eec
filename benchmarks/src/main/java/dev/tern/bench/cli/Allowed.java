package dev.tern.bench.cli;

import java.time.Duration;
import java.util.List;

/** Checks of option values; each refusal names the option, the value and what is allowed. */
final class Allowed {
    private Allowed() {}

    static int atLeastOne(String option, int value) {
        require(value >= 1, option, value, "1 or more");
        return value;
    }

    static void positive(String option, Duration value) {
        require(!value.isZero(), option, Durations.text(value), "more than 0s");
    }

    /** Names that were given, in a list, and those that there are. */
    static void among(String option, List<String> given, List<String> names) {
        given.forEach(
                each -> require(names.contains(each), option, "'" + each + "'", "any of " + String.join(", ", names)));
    }

    static void require(boolean allowed, String option, Object value, String expected) {
        if (!allowed) {
            throw new IllegalArgumentException(option + ": " + value + " is not allowed (expected: " + expected + ")");
        }
    }
}
