package dev.tern.server.boot;

import dev.tern.server.boot.options.ServerOptions.Lifecycle;
import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.rpc.GrpcPorts;
import dev.tern.server.rpc.HealthStates;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out, within the exit timeout: not ready first; after the drain delay no new calls; then the answers of what is
 * in flight; then the models.
 */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** Kept of the exit timeout for closing the models, or a quarter of it if that is less. */
    private static final long CLOSING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Lifecycle lifecycle;
    private final Clock clock;
    private final ServerState state;
    private final HealthStates health;
    private final GrpcPorts grpc;
    private final ModelRepository repository;

    Shutdown(
            Lifecycle lifecycle,
            Clock clock,
            ServerState state,
            HealthStates health,
            GrpcPorts grpc,
            ModelRepository repository) {
        this.lifecycle = lifecycle;
        this.clock = clock;
        this.state = state;
        this.health = health;
        this.grpc = grpc;
        this.repository = repository;
    }

    void run() {
        long deadline = clock.nanoTime() + lifecycle.exitTimeout().toNanos();
        LOG.info("Shutting down: not ready from now on, {} requests in flight", grpc.inFlight());
        state.exit();
        health.exiting();
        try {
            awaitBalancers();
            long reserve = Math.min(CLOSING_NANOS, lifecycle.exitTimeout().toNanos() / 4);
            if (!grpc.drain(Math.max(0, deadline - reserve - clock.nanoTime()))) {
                LOG.warn("{} requests are cut off: the exit timeout has passed", grpc.inFlight());
            }
            closeModels(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Interrupted while shutting down");
        }
    }

    private void awaitBalancers() throws InterruptedException {
        if (!lifecycle.drainDelay().isZero()) {
            CountDownLatch delayOver = new CountDownLatch(1);
            clock.schedule(clock.nanoTime() + lifecycle.drainDelay().toNanos(), delayOver::countDown);
            delayOver.await();
        }
    }

    private void closeModels(long deadline) throws InterruptedException {
        try {
            // The repository keeps the deadline itself; the rest is for one that cannot.
            List<String> open = repository
                    .shutdown(deadline)
                    .get(Math.max(0, deadline - clock.nanoTime()) + CLOSING_NANOS, TimeUnit.NANOSECONDS);
            open.forEach(each -> LOG.warn("Left open: {}", each));
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The models could not be closed in time", e);
        }
    }
}
