package dev.tern.bench.measure;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** Counts the requests of one model. Where it is the run's only one, most of that is left to the run's tally. Thread-safe. */
public final class Part {
    private final Window window;
    private final long deadline;
    private final LongAdder sent = new LongAdder();
    private final LongAdder rowsInWindow = new LongAdder();
    private final Optional<Tally> tally;

    private Part(Window window, long deadline, boolean alone) {
        this.window = window;
        this.deadline = deadline;
        tally = alone ? Optional.empty() : Optional.of(new Tally(window, deadline, sent::sum));
    }

    /**
     * One of several parts of a run.
     *
     * @param window the run's
     * @param deadline as {@link Tally#Tally(Window, long)} has it
     */
    public static Part ofSeveral(Window window, long deadline) {
        return new Part(window, deadline, false);
    }

    /** The only part of a run. */
    public static Part alone(Window window, long deadline) {
        return new Part(window, deadline, true);
    }

    /** The time after the intended send within which an answer is of use, in nanoseconds. */
    public long deadline() {
        return deadline;
    }

    /** A request is being sent that belongs to the measured ones. */
    public void sent() {
        sent.increment();
    }

    /** A request of so many rows was answered; else as {@link Tally#answered}. */
    public void answered(long intended, long end, boolean measured, int rows) {
        if (window.contains(end)) {
            rowsInWindow.add(rows);
        }
        tally.ifPresent(each -> each.answered(intended, end, measured, deadline));
    }

    /** A request failed; as {@link Tally#failed}. */
    public void failed(long end, boolean measured, String code, String message) {
        tally.ifPresent(each -> each.failed(end, measured, code, message));
    }

    /** Rows of the answers that arrived within the window. */
    public long rowsInWindow() {
        return rowsInWindow.sum();
    }

    /** The part's figures, after those of the whole were taken; the whole itself where there is no other part. */
    public Measurement take(Measurement whole) {
        return tally.map(each -> each.part(new Histogram(Tally.DIGITS))).orElse(whole);
    }
}
