package dev.tern.bench.measure;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** How requests end since it was last asked. Counting is thread-safe; one thread asks. */
public final class Pulse {
    private final Recorder latencies = new Recorder(Tally.DIGITS);
    private final LongAdder failed = new LongAdder();
    private @Nullable Histogram last;

    void answered(long nanos) {
        latencies.recordValue(nanos);
    }

    void failed() {
        failed.increment();
    }

    /** Takes what was counted since the last time. */
    Second take(double from, double seconds, int inFlight) {
        Histogram answered = latencies.getIntervalHistogram(last);
        last = answered;
        return new Second(
                from,
                seconds,
                answered.getTotalCount(),
                failed.sumThenReset(),
                inFlight,
                answered.getValueAtPercentile(50),
                answered.getValueAtPercentile(99),
                answered.getMaxValue(),
                Histograms.encode(answered));
    }
}
