package dev.tern.server.acceptance;

import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test needs from outside; TERN_REQUIRE (names with commas between) says what must not be missing. */
public final class Required {
    private Required() {}

    /** Skips the test when {@code present} is false, or fails it when TERN_REQUIRE has {@code name}. */
    public static void or(String name, boolean present, String missing) {
        String required = System.getenv().getOrDefault("TERN_REQUIRE", "");
        if (!present && Arrays.asList(required.split(",")).contains(name)) {
            Assertions.fail(missing + " (TERN_REQUIRE=" + required + ")");
        }
        Assumptions.assumeTrue(present, missing);
    }
}
