package dev.tern.server.rpc;

import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.tensor.Tensor;
import io.grpc.Server;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Requests that the server sends itself, over a socket and through everything a caller's request goes through, so that
 * the JVM has compiled it when the first caller comes. They use a port of their own on loopback, open for as long as
 * they last, on which one version answers that nobody else can reach yet.
 */
public final class WarmUpTraffic {
    static final String HOST = "127.0.0.1";

    private static final RequestObserver UNCOUNTED = (model, version, failure, nanos) -> {};

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Function<InferHandler, Server> servers;
    private final Clock clock;

    /** @param servers makes a server of its own, not started, around what handles requests */
    WarmUpTraffic(Function<InferHandler, Server> servers, Clock clock) {
        this.servers = servers;
        this.clock = clock;
    }

    /**
     * Sends requests with those of {@code samples} that the version takes, in turn, until they get no faster. Blocks.
     *
     * @param nanos how long it may take
     * @param stop ends it early, within a quarter of a second
     * @return how many were answered; 0 where the version takes none of the samples
     * @throws IOException when there is no port to be had
     */
    public long send(ServedVersion version, List<List<Tensor>> samples, long nanos, BooleanSupplier stop)
            throws IOException {
        long end = clock.nanoTime() + nanos;
        InferHandler handler = new InferHandler((model, number) -> version.lease(), clock, UNCOUNTED);
        Server server = servers.apply(handler).start();
        try (OwnCallers callers = new OwnCallers(HOST, server.getPort())) {
            if (!callers.begin(version.model(), samples, () -> end - clock.nanoTime())) {
                return 0;
            }
            Steadiness steadiness = new Steadiness();
            long before = clock.nanoTime();
            long count = callers.answered();
            while (!stop.getAsBoolean() && clock.nanoTime() - end < 0 && !callers.haveEnded(SLICE_NANOS)) {
                long now = clock.nanoTime();
                long answered = callers.answered();
                if (steadiness.reachedBy((double) (answered - count) / (now - before))) {
                    break;
                }
                before = now;
                count = answered;
            }
            return callers.end();
        } finally {
            server.shutdownNow();
        }
    }
}
