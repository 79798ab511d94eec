package dev.tern.server.rpc;

import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.tensor.Tensor;
import io.grpc.Server;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/**
 * Requests that the server sends itself, over a socket and through everything a caller's request goes through, so that
 * the JVM has compiled it when the first caller comes. They use a port of their own on loopback, open for as long as
 * they last, on which one version answers that nobody else can reach yet.
 */
public final class WarmUpTraffic {
    static final String HOST = "127.0.0.1";

    private static final long LAST_RUNS_MILLIS = 1_000;

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final BiFunction<Routing, RequestObserver, Server> servers;
    private final Clock clock;

    /** @param servers makes a server, not started, on which these versions answer and this observer is told */
    WarmUpTraffic(BiFunction<Routing, RequestObserver, Server> servers, Clock clock) {
        this.servers = servers;
        this.clock = clock;
    }

    /**
     * Sends requests with those of {@code samples} that the version takes, in turn, until they get no faster. Blocks.
     *
     * @param nanos how long it may take
     * @param stop ends it early, within about a second
     * @return how many were answered; 0 where the version takes none of the samples
     * @throws IOException when there is no port to be had
     */
    public long send(ServedVersion version, List<List<Tensor>> samples, long nanos, BooleanSupplier stop)
            throws IOException {
        long end = clock.nanoTime() + nanos;
        Phaser requests = new Phaser(1);
        Routing one = (message, headers) -> {
            int unused = requests.register();
            return version.lease();
        };
        Server server = servers.apply(one, (model, number, failure, took) -> requests.arriveAndDeregister())
                .start();
        try (OwnCallers callers = new OwnCallers(HOST, server.getPort())) {
            if (!callers.begin(
                    version.model(),
                    samples,
                    version.config().getResponseCache().getEnable(),
                    () -> end - clock.nanoTime())) {
                return 0;
            }
            Steadiness steadiness = new Steadiness();
            long before = clock.nanoTime();
            long count = callers.answered();
            for (long left = nanos;
                    left > 0 && !stop.getAsBoolean() && !callers.haveEnded(Math.min(left, SLICE_NANOS));
                    left = end - clock.nanoTime()) {
                long now = clock.nanoTime();
                long answered = callers.answered();
                if (steadiness.reachedBy((double) (answered - count) / (now - before))) {
                    break;
                }
                before = now;
                count = answered;
            }
            return callers.end(SLICE_NANOS);
        } finally {
            server.shutdownNow();
            // A run that nobody waits for any more is ended, but not at once.
            awaitAll(requests);
        }
    }

    private static void awaitAll(Phaser requests) {
        try {
            int unused = requests.awaitAdvanceInterruptibly(requests.arrive(), LAST_RUNS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            // It is counted then, as a run of a caller who has gone.
        }
    }
}
