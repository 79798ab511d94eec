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
    private static final Logger LOG = LoggerFactory.getLogger(TrafficWarmUp.class);

    private final WarmUpTraffic traffic;
    private final Meters meters;
    private final Clock clock;
    private final BooleanSupplier stop;
    private long leftNanos;

    /**
     * @param budget for all versions together
     * @param stop whether there is no point any more
     */
    public TrafficWarmUp(WarmUpTraffic traffic, Meters meters, Clock clock, Duration budget, BooleanSupplier stop) {
        this.traffic = traffic;
        this.meters = meters;
        this.clock = clock;
        this.stop = stop;
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
            long answered = traffic.send(served, samples, leftNanos / (others.getAsInt() + 1), stop);
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
