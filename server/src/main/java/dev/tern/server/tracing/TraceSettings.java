package dev.tern.server.tracing;

import java.util.Set;

/**
 * Which requests are traced, and what of them.
 *
 * @param levels empty for none
 * @param rate one of so many requests, at least 1
 * @param count so many requests, and no more then; {@link #UNLIMITED} for any number
 * @param logFrequency traces in a file, each file after the first with a number more; 0 for one file with all of them
 */
public record TraceSettings(Set<TraceLevel> levels, int rate, int count, int logFrequency) {
    public static final int UNLIMITED = -1;

    /** Nothing is traced; else as Triton begins. */
    public static final TraceSettings INITIAL = new TraceSettings(Set.of(), 1000, UNLIMITED, 0);

    public TraceSettings {
        levels = Set.copyOf(levels);
        if (rate < 1 || count < UNLIMITED || logFrequency < 0) {
            throw new IllegalArgumentException("rate " + rate + ", count " + count + ", log frequency " + logFrequency);
        }
    }
}
