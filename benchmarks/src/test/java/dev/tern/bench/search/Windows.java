package dev.tern.bench.search;

import dev.tern.bench.measure.ErrorCount;
import dev.tern.bench.measure.Measurement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Windows of one second as a test wants them. */
final class Windows {
    private Windows() {}

    /** All answered, each after this time. */
    static Point answered(double rate, double millis) {
        return of(rate, Math.round(rate), 0, millis, 0);
    }

    static Point of(double rate, long answered, long failed, double millis, long lateMillis) {
        Histogram latencies = new Histogram(3);
        latencies.recordValueWithCount((long) (millis * TimeUnit.MILLISECONDS.toNanos(1)), answered);
        Histogram delays = new Histogram(3);
        delays.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(lateMillis), answered);
        Map<String, ErrorCount> errors = failed == 0 ? Map.of() : Map.of("UNAVAILABLE", new ErrorCount(failed, "no"));
        Measurement measured = new Measurement(
                TimeUnit.SECONDS.toNanos(1),
                Math.round(rate),
                answered,
                failed,
                answered,
                answered,
                1,
                errors,
                latencies,
                delays);
        return new Point(rate, measured, Optional.empty());
    }
}
