package dev.tern.server.boot.warmup;

import dev.tern.server.boot.meters.Meters;
import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.VersionWarmUp;
import dev.tern.server.rpc.WarmUpTraffic;
import dev.tern.server.tensor.Tensor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each version requests of the server's own before it is ready, one version after the other, within a budget of time
 * that they share. None of it is counted.
 */
public final class TrafficWarmUp implements VersionWarmUp {
    /** The way that all models share has been compiled by then. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Logger LOG = LoggerFactory.getLogger(TrafficWarmUp.class);

    private final WarmUpTraffic traffic;
    private final Meters meters;
    private final Clock clock;
    private final BooleanSupplier stop;
    private final BooleanSupplier requestsFirst;
    private long leftNanos;

    /**
     * @param budget for all versions together
     * @param stop whether there is no point any more
     * @param requestsFirst whether callers have to share the cores with it; it is short then
     */
    public TrafficWarmUp(
            WarmUpTraffic traffic,
            Meters meters,
            Clock clock,
            Duration budget,
            BooleanSupplier stop,
            BooleanSupplier requestsFirst) {
        this.traffic = traffic;
        this.meters = meters;
        this.clock = clock;
        this.stop = stop;
        this.requestsFirst = requestsFirst;
        this.leftNanos = budget.toNanos();
    }

    @Override
    public synchronized void warm(ServedVersion served, IntSupplier others) {
        if (leftNanos <= 0 || stop.getAsBoolean()) {
            return;
        }
        List<List<Tensor>> samples = served.samples();
        if (samples.isEmpty()) {
            return;
        }
        long start = clock.nanoTime();
        meters.count(served.model(), served.version(), false);
        try {
            long share = leftNanos / (others.getAsInt() + 1);
            long nanos = requestsFirst.getAsBoolean() ? Math.min(share, SHORT_NANOS) : share;
            long answered = traffic.send(served, samples, nanos, stop);
            LOG.info(
                    "Model '{}' version {}: warmed up by {} requests in {} ms",
                    served.model(),
                    served.version(),
                    answered,
                    TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - start));
        } catch (IOException e) {
            LOG.warn("Model '{}' version {}: not warmed up: {}", served.model(), served.version(), e.getMessage());
        } finally {
            meters.count(served.model(), served.version(), true);
            leftNanos -= clock.nanoTime() - start;
        }
    }
}
