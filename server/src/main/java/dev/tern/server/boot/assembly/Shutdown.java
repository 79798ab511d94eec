package dev.tern.server.boot.assembly;

import dev.tern.server.predict.Clock;
import dev.tern.server.rpc.GrpcPorts;
import dev.tern.server.rpc.HealthStates;
import dev.tern.server.traffic.Shadows;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out: not ready first; after the drain delay no new calls; then the answers of what is in flight; then the
 * models. The last of the time before the process must be gone is kept for cutting off what takes too long and for
 * closing the rest.
 */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** So long before the end, what is in flight is cut off. */
    private static final long CUT_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(850);

    /** So long before the end, models that are still in use are left open. */
    private static final long LEAVE_OPEN_NANOS = TimeUnit.MILLISECONDS.toNanos(600);

    /** What the repository may be late in saying so. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Duration drainDelay;
    private final Clock clock;
    private final ServerState state;
    private final HealthStates health;
    private final Shadows shadows;
    private final GrpcPorts grpc;
    private final Models models;

    Shutdown(
            Duration drainDelay,
            Clock clock,
            ServerState state,
            HealthStates health,
            Shadows shadows,
            GrpcPorts grpc,
            Models models) {
        this.drainDelay = drainDelay;
        this.clock = clock;
        this.state = state;
        this.health = health;
        this.shadows = shadows;
        this.grpc = grpc;
        this.models = models;
    }

    /** Blocks; {@code byNanos} is when the process must be gone, on the clock's scale. */
    Ending run(long byNanos) {
        state.exit();
        health.exiting();
        shadows.stop();
        LOG.info("Shutting down: not ready from now on, {} requests in flight", grpc.inFlight());
        try {
            awaitBalancers(byNanos - CUT_OFF_NANOS);
            int cutOff = drain(byNanos - CUT_OFF_NANOS);
            List<String> leftOpen = closeModels(byNanos - LEAVE_OPEN_NANOS);
            leftOpen.forEach(each -> LOG.warn("Left open: {}", each));
            return new Ending(cutOff, leftOpen);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Interrupted while shutting down");
            return new Ending(0, List.of("what was not closed before the interruption"));
        }
    }

    private void awaitBalancers(long untilNanos) throws InterruptedException {
        long now = clock.nanoTime();
        long nanos = Math.min(drainDelay.toNanos(), untilNanos - now);
        if (nanos > 0) {
            CountDownLatch delayOver = new CountDownLatch(1);
            clock.schedule(now + nanos, delayOver::countDown);
            delayOver.await();
        }
    }

    /** Returns how many requests were cut off. */
    private int drain(long untilNanos) throws InterruptedException {
        if (grpc.drain(left(untilNanos))) {
            return 0;
        }
        int cutOff = grpc.cutOff(CUT_OFF_NANOS - LEAVE_OPEN_NANOS);
        if (cutOff > 0) {
            LOG.warn(
                    "{} requests could not be finished in time: answered UNAVAILABLE, or their answers not read",
                    cutOff);
        }
        return cutOff;
    }

    /** Returns what is left open. */
    private List<String> closeModels(long untilNanos) throws InterruptedException {
        try {
            // The repository keeps the time itself; the rest is for one that cannot.
            return models.shutdown(untilNanos).get(left(untilNanos) + LATE_NANOS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The models cannot be closed", e);
            return List.of("models that do not close");
        }
    }

    private long left(long untilNanos) {
        return Math.max(0, untilNanos - clock.nanoTime());
    }
}
