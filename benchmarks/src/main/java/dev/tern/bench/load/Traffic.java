package dev.tern.bench.load;

import dev.tern.bench.input.RequestPool;
import dev.tern.bench.measure.Tally;
import dev.tern.bench.measure.Window;
import dev.tern.bench.target.Endpoint;
import dev.tern.bench.verify.AnswerCheck;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.LongSupplier;

/** Sends the pool's requests in turn and has every ending counted and checked. Thread-safe. */
public final class Traffic {
    private final List<Endpoint> connections;
    private final RequestPool pool;
    private final AnswerCheck check;
    private final Window window;
    private final Tally tally;
    private final LongSupplier clock;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAccumulator maxInFlight = new LongAccumulator(Math::max, 0);

    /** Uses a clock of nanoseconds, the window's own. */
    public Traffic(
            List<Endpoint> connections,
            RequestPool pool,
            AnswerCheck check,
            Window window,
            Tally tally,
            LongSupplier clock) {
        this.connections = connections;
        this.pool = pool;
        this.check = check;
        this.window = window;
        this.tally = tally;
        this.clock = clock;
    }

    /** Requests that are under way now. */
    public int inFlight() {
        return inFlight.get();
    }

    /** The most requests that were under way at once when a measured one was sent. */
    public int maxInFlight() {
        return maxInFlight.intValue();
    }

    Window window() {
        return window;
    }

    long now() {
        return clock.getAsLong();
    }

    /** The connection at this place, counted round. */
    Endpoint connection(int place) {
        return connections.get(Math.floorMod(place, connections.size()));
    }

    /**
     * Sends the next request and returns at once.
     *
     * @param intended when it was to be sent; its latency counts from here
     * @param after run when the request has ended and was counted
     */
    void send(Endpoint connection, long intended, boolean measured, Runnable after) {
        int request = (int) (next.getAndIncrement() % pool.size());
        int underWay = inFlight.incrementAndGet();
        if (measured) {
            maxInFlight.accumulate(underWay);
        }
        connection.send(pool.get(request), new Endpoint.Completion() {
            @Override
            public void answered(byte[] answer) {
                tally.answered(intended, now(), measured);
                check.check(request, answer);
                end();
            }

            @Override
            public void failed(String code, String message) {
                tally.failed(now(), measured, code, message);
                end();
            }

            private void end() {
                inFlight.decrementAndGet();
                after.run();
            }
        });
    }
}
