package dev.tern.bench.live;

import dev.tern.bench.measure.Second;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long a run is to be.
 *
 * @param warmUp before the measured window
 * @param duration of the window; empty where the number of requests alone ends it
 * @param requests measured at most
 */
public record Extent(Duration warmUp, Optional<Duration> duration, OptionalLong requests) {
    private static final double NANOS = 1e9;

    /**
     * How much of the run is done, from 0 to 1, warm-up included where the run is limited by time.
     *
     * @param ended requests that ended since the window began
     */
    double done(Second second, long ended) {
        double now = second.from() + second.seconds();
        double byTime = duration.map(length -> (warmUpSeconds() + now) / (warmUpSeconds() + length.toNanos() / NANOS))
                .orElse(0.0);
        double byRequests = requests.isPresent() ? ended / (double) requests.getAsLong() : 0;
        return Math.max(0, Math.min(1, Math.max(byTime, byRequests)));
    }

    /** Seconds that are left at the speed so far; NaN where nothing can be said. */
    double secondsLeft(Second second, long ended) {
        double done = done(second, ended);
        double spent = duration.isPresent()
                ? warmUpSeconds() + second.from() + second.seconds()
                : second.from() + second.seconds();
        return done == 0 ? Double.NaN : spent * (1 - done) / done;
    }

    private double warmUpSeconds() {
        return warmUp.toNanos() / NANOS;
    }
}
