package dev.tern.bench.measure;

import java.util.concurrent.TimeUnit;

/**
 * One second of a run, told by the requests that ended in it, whether or not they are measured.
 *
 * @param from when it began, in seconds since the measured window did; negative in the warm-up
 * @param seconds how long it was: shorter where the window ended within it
 * @param answered requests that were answered
 * @param failed requests that failed
 * @param inFlight requests that were under way at its end
 * @param p50 median latency of the answered ones, in nanoseconds; 0 where there were none
 * @param p99 99th percentile of the same
 * @param max largest of the same
 * @param histogram all of them: HdrHistogram's compressed V2 encoding in base64, of nanoseconds
 */
public record Second(
        double from,
        double seconds,
        long answered,
        long failed,
        int inFlight,
        long p50,
        long p99,
        long max,
        String histogram) {
    /** Answers per second. */
    public double perSecond() {
        return seconds == 0 ? 0 : answered / seconds;
    }

    /** Whether it lies before a time in nanoseconds since the window began, and not in the warm-up. */
    boolean isWithin(long nanos) {
        return from >= 0 && from * TimeUnit.SECONDS.toNanos(1) < nanos;
    }
}
