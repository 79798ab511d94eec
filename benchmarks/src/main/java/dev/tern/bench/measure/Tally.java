package dev.tern.bench.measure;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts how requests end. A request belongs to the measured ones by the time it was to be sent, and its latency counts
 * from that time, not from when the generator got round to it; throughput counts what is answered within the window,
 * whenever it was sent. Latencies are those of answers, in nanoseconds; failures are counted only. Thread-safe.
 */
public final class Tally {
    static final int DIGITS = 3;

    private final Window window;
    private final long deadline;
    private final LongSupplier sent;
    private final Recorder latencies = new Recorder(DIGITS);
    private final LongAdder answered = new LongAdder();
    private final LongAdder answeredInWindow = new LongAdder();
    private final LongAdder onTimeInWindow = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAccumulator lastEnd = new LongAccumulator(Math::max, Long.MIN_VALUE);
    private final ErrorCounts errors = new ErrorCounts();
    private final Pulse pulse;

    /**
     * Counts for this window.
     *
     * @param deadline the time after the intended send within which an answer is of use, in nanoseconds; Long.MAX_VALUE
     *     for any
     */
    public Tally(Window window, long deadline) {
        this(window, deadline, new Pulse());
    }

    /** Counts for this window and beats a pulse with every ending, measured or not. */
    public Tally(Window window, long deadline, Pulse pulse) {
        this(window, deadline, window::taken, pulse);
    }

    /** Counts a part of the window's requests, of which so many are measured. */
    Tally(Window window, long deadline, LongSupplier sent) {
        this(window, deadline, sent, new Pulse());
    }

    private Tally(Window window, long deadline, LongSupplier sent, Pulse pulse) {
        this.window = window;
        this.deadline = deadline;
        this.sent = sent;
        this.pulse = pulse;
    }

    /**
     * A request was answered.
     *
     * @param intended when it was to be sent
     * @param end when the answer was complete
     * @param measured whether it belongs to the measured ones
     */
    public void answered(long intended, long end, boolean measured) {
        answered(intended, end, measured, deadline);
    }

    /** A request was answered that has a deadline of its own. */
    public void answered(long intended, long end, boolean measured, long deadline) {
        pulse.answered(Math.max(0, end - intended));
        if (window.contains(end)) {
            answeredInWindow.increment();
            if (end - intended <= deadline) {
                onTimeInWindow.increment();
            }
        }
        if (measured) {
            latencies.recordValue(Math.max(0, end - intended));
            answered.increment();
            lastEnd.accumulate(end);
        }
    }

    /** A request failed with this status code and message. */
    public void failed(long end, boolean measured, String code, String message) {
        pulse.failed();
        if (measured) {
            errors.add(code, message);
            failed.increment();
            lastEnd.accumulate(end);
        }
    }

    /**
     * Takes the figures; to be called once, after the load. A window that its number of requests ended is closed at the
     * end of the last of them.
     *
     * @param maxInFlight the most requests that were under way at once
     * @param sendDelays how much later than intended measured requests were sent, in nanoseconds
     */
    public Measurement take(int maxInFlight, Histogram sendDelays) {
        if (window.isExhausted() && lastEnd.get() != Long.MIN_VALUE) {
            window.close(lastEnd.get());
        }
        return taken(maxInFlight, sendDelays);
    }

    /** Takes the figures of a part, whose window is not its own to close. */
    Measurement part(Histogram sendDelays) {
        return taken(0, sendDelays);
    }

    private Measurement taken(int maxInFlight, Histogram sendDelays) {
        return new Measurement(
                window.nanos(),
                sent.getAsLong(),
                answered.sum(),
                failed.sum(),
                answeredInWindow.sum(),
                onTimeInWindow.sum(),
                maxInFlight,
                errors.counts(),
                latencies.getIntervalHistogram(),
                sendDelays);
    }
}
