package dev.tern.server.repository;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * How models come and go after the start.
 *
 * @param loadAtStart the models that {@link ControlMode#EXPLICIT} begins with, {@code *} alone for all there are; the
 *     other modes begin with all
 * @param pollEvery how long {@link ControlMode#POLL} waits from one look to the next; more than zero
 * @param loadRetries how often a load that failed is tried again, at once
 * @param memoryLimit bytes that the files of all open versions may have together; empty for any number
 */
public record ControlSettings(
        ControlMode mode, List<String> loadAtStart, Duration pollEvery, int loadRetries, OptionalLong memoryLimit) {
    private static final String ALL = "*";

    /** Triton's defaults: everything at start, nothing after. */
    public static final ControlSettings NONE =
            new ControlSettings(ControlMode.NONE, List.of(), Duration.ofSeconds(15), 0, OptionalLong.empty());

    public ControlSettings {
        loadAtStart = List.copyOf(loadAtStart);
    }

    /** These settings, with every model loaded at start and none after. */
    public ControlSettings allAtStart() {
        return new ControlSettings(ControlMode.NONE, List.of(), pollEvery, loadRetries, memoryLimit);
    }

    /** What to load at start of the models that there are; perhaps others, too, which are asked for all the same. */
    Collection<String> atStart(Collection<String> found) {
        return mode != ControlMode.EXPLICIT || loadAtStart.contains(ALL) ? found : loadAtStart;
    }
}
