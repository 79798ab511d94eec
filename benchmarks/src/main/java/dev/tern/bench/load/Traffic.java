package dev.tern.bench.load;

import dev.tern.bench.measure.Steps;
import dev.tern.bench.measure.Tally;
import dev.tern.bench.measure.Window;
import dev.tern.bench.target.Endpoint;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.LongSupplier;

/** Sends the requests of the mix and has every ending counted and checked. Thread-safe. */
public final class Traffic {
    private final Mix mix;
    private final Window window;
    private final Tally tally;
    private final Steps steps;
    private final LongSupplier clock;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAccumulator maxInFlight = new LongAccumulator(Math::max, 0);

    /**
     * Makes traffic.
     *
     * @param tally of all models and steps together
     * @param clock of nanoseconds, the window's own
     */
    public Traffic(Mix mix, Window window, Tally tally, Steps steps, LongSupplier clock) {
        this.mix = mix;
        this.window = window;
        this.tally = tally;
        this.steps = steps;
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
        return mix.any().connection(place);
    }

    /**
     * Sends the next request and returns at once.
     *
     * @param connection the place of the connection, counted round
     * @param intended when it was to be sent; its latency counts from here
     * @param after run when the request has ended and was counted
     */
    void send(int connection, long intended, boolean measured, Runnable after) {
        Source source = mix.pick(next.getAndIncrement());
        int request = source.next();
        int underWay = inFlight.incrementAndGet();
        if (measured) {
            maxInFlight.accumulate(underWay);
            source.part().sent();
            steps.sent(intended, clock);
        }
        source.connection(connection)
                .send(source.request(request), new Ending(source, request, intended, measured, after));
    }

    /** What becomes of one request. */
    private final class Ending implements Endpoint.Completion {
        private final Source source;
        private final int request;
        private final long intended;
        private final boolean measured;
        private final Runnable after;

        Ending(Source source, int request, long intended, boolean measured, Runnable after) {
            this.source = source;
            this.request = request;
            this.intended = intended;
            this.measured = measured;
            this.after = after;
        }

        @Override
        public void answered(byte[] answer) {
            long end = now();
            long deadline = source.part().deadline();
            tally.answered(intended, end, measured, deadline);
            source.part().answered(intended, end, measured, source.rows(request));
            steps.answered(intended, end, measured, deadline);
            source.check().check(request, answer);
            end();
        }

        @Override
        public void failed(String code, String message) {
            long end = now();
            tally.failed(end, measured, code, message);
            source.part().failed(end, measured, code, message);
            steps.failed(intended, end, measured, code, message);
            end();
        }

        private void end() {
            inFlight.decrementAndGet();
            after.run();
        }
    }
}
