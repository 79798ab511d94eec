package dev.tern.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.HdrHistogram.Recorder;

/**
 * Counts a run's steps, which follow one another from the begin of the window on. A request belongs to the step in which it
 * was to be sent; a step's rate is that of the answers that arrived during it. Thread-safe.
 */
public final class Steps {
    /** No steps. */
    public static final Steps NONE = new Steps(0, List.of());

    private final List<Step> steps = new ArrayList<>();

    /**
     * Makes steps.
     *
     * @param start when the first begins, on the window's clock
     * @param lengths how long each lasts, in nanoseconds; only the last may last for ever, which is Long.MAX_VALUE
     */
    public Steps(long start, List<Long> lengths) {
        long begin = start;
        for (long length : lengths) {
            steps.add(new Step(new Window(begin, length, Long.MAX_VALUE)));
            begin += length;
        }
    }

    /** A measured request is being sent now, by this clock, which is read only where there are steps. */
    public void sent(long intended, LongSupplier clock) {
        at(intended).ifPresent(step -> {
            step.sent.increment();
            step.delays.recordValue(Math.max(0, clock.getAsLong() - intended));
        });
    }

    /** A request was answered, of use within this deadline; else as {@link Tally#answered}. */
    public void answered(long intended, long end, boolean measured, long deadline) {
        Optional<Step> mine = measured ? at(intended) : Optional.empty();
        mine.ifPresent(step -> step.tally.answered(intended, end, true, deadline));
        at(end).filter(step -> mine.isEmpty() || step != mine.get())
                .ifPresent(step -> step.tally.answered(intended, end, false, deadline));
    }

    /** A request failed; else as {@link Tally#failed}. */
    public void failed(long intended, long end, boolean measured, String code, String message) {
        if (measured) {
            at(intended).ifPresent(step -> step.tally.failed(end, true, code, message));
        }
    }

    /** Takes the figures of each; to be called once, after the load, with the time at which the window ended. */
    public List<Measurement> take(long end) {
        return steps.stream().map(step -> step.take(end)).toList();
    }

    private Optional<Step> at(long time) {
        for (Step each : steps) {
            if (each.window.contains(time)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private static final class Step {
        private final Window window;
        private final LongAdder sent = new LongAdder();
        private final Recorder delays = new Recorder(Tally.DIGITS);
        private final Tally tally;

        Step(Window window) {
            this.window = window;
            tally = new Tally(window, Long.MAX_VALUE, sent::sum);
        }

        Measurement take(long end) {
            window.close(end);
            return tally.part(delays.getIntervalHistogram());
        }
    }
}
