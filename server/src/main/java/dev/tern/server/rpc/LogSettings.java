package dev.tern.server.rpc;

import org.jspecify.annotations.Nullable;

/**
 * What the log shows.
 *
 * @param info whether it has what goes on
 * @param warning whether it has warnings
 * @param error whether it has errors
 * @param verboseLevel from 1 on it has the details of the server's own work, from 2 on each step, too; unsigned
 * @param timestamps how it writes times
 */
public record LogSettings(boolean info, boolean warning, boolean error, int verboseLevel, Timestamps timestamps) {
    /** How times are written, by the names that the protocol has for it. */
    public enum Timestamps {
        /** {@code 1124 07:05:59.120000}: month, day and local time, as Triton writes them. */
        DEFAULT("default"),
        /** {@code 2026-11-24T07:05:59.120Z}. */
        ISO8601("ISO8601");

        private final String wireName;

        Timestamps(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }

        static @Nullable Timestamps ofWireName(String name) {
            for (Timestamps each : values()) {
                if (each.wireName.equals(name)) {
                    return each;
                }
            }
            return null;
        }
    }
}
