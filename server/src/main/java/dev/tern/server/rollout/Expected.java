package dev.tern.server.rollout;

/** Checks settings. */
final class Expected {
    private Expected() {}

    /** @throws IllegalArgumentException with what was given and what is allowed, unless {@code fulfilled} */
    static void that(String what, Object value, boolean fulfilled, String expected) {
        if (!fulfilled) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
