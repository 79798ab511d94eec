package dev.tern.bench.startup;

import java.util.Arrays;
import java.util.List;

/** What is measured of starts, each with servers of its own. */
public enum StartPart {
    /** The time to the first answer without warm-up. */
    ANSWER("first-answer"),
    /** The time to readiness with warm-up. */
    READY("ready"),
    /** How quick a server is at once and how quick later. */
    SPEED("speed");

    private final String label;

    StartPart(String label) {
        this.label = label;
    }

    /** For {@code --only}. */
    public static List<String> names() {
        return Arrays.stream(values()).map(each -> each.label).toList();
    }

    /** Those of these names. */
    public static List<StartPart> named(List<String> names) {
        return Arrays.stream(values())
                .filter(each -> names.contains(each.label))
                .toList();
    }
}
