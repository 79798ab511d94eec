package dev.tern.bench.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The figures of one run.
 *
 * @param nanos the length of the measured window
 * @param sent requests that were to be sent within it
 * @param answered how many of those were answered
 * @param failed how many of those failed
 * @param answeredInWindow answers that arrived within the window, whenever their requests were sent
 * @param onTimeInWindow how many of these arrived within the deadline, counted from the intended send
 * @param maxInFlight the most requests that were under way at once when a measured one was sent
 * @param errors failures by status code
 * @param latencies of the answered ones, in nanoseconds from the intended send
 * @param sendDelays how late they were sent, in nanoseconds; empty for a closed loop
 * @param generatorLoad the part of the window in which the generator's busiest event loop ran or waited for a core, 0 to
 *     1; 0 where nobody looked
 */
public record Measurement(
        long nanos,
        long sent,
        long answered,
        long failed,
        long answeredInWindow,
        long onTimeInWindow,
        int maxInFlight,
        Map<String, ErrorCount> errors,
        Histogram latencies,
        Histogram sendDelays,
        double generatorLoad) {
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** An event loop that hardly ever waits answers no faster however fast the server is. */
    private static final double BUSY = 0.95;

    public Measurement {
        errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    }

    /** Figures of a generator that nobody looked at. */
    public Measurement(
            long nanos,
            long sent,
            long answered,
            long failed,
            long answeredInWindow,
            long onTimeInWindow,
            int maxInFlight,
            Map<String, ErrorCount> errors,
            Histogram latencies,
            Histogram sendDelays) {
        this(
                nanos,
                sent,
                answered,
                failed,
                answeredInWindow,
                onTimeInWindow,
                maxInFlight,
                errors,
                latencies,
                sendDelays,
                0);
    }

    /** Requests that had neither answer nor failure when the run was given up. */
    public long unanswered() {
        return sent - answered - failed;
    }

    /** Whether any request failed or was left without an answer. */
    public boolean hasErrors() {
        return answered < sent;
    }

    /** Answers per second within the window; 0 for an empty one. */
    public double perSecond() {
        return nanos == 0 ? 0 : answeredInWindow * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    /** Answers per second within the window that also kept the deadline; 0 for an empty window. */
    public double goodput() {
        return nanos == 0 ? 0 : onTimeInWindow * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    /** Whether more than one in a hundred requests left over a millisecond late: the load was not the one asked for. */
    public boolean sentLate() {
        return sendDelays.getTotalCount() > 0 && sendDelays.getValueAtPercentile(99) > LATE_NANOS;
    }

    /** Whether an event loop of the generator had something to do all the time: what it measured is its own speed. */
    public boolean isGeneratorBusy() {
        return generatorLoad > BUSY;
    }

    /** Whether the generator, not the server, was the bottleneck. */
    public boolean isGeneratorLimited() {
        return sentLate() || isGeneratorBusy();
    }

    /** The same figures with what is known of the generator. */
    public Measurement withGeneratorLoad(double load) {
        return new Measurement(
                nanos,
                sent,
                answered,
                failed,
                answeredInWindow,
                onTimeInWindow,
                maxInFlight,
                errors,
                latencies,
                sendDelays,
                load);
    }
}
