package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.DeadlineTimer;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Sends equal requests that are under way together on as one, and gives its answer to all of them. Each keeps its own
 * deadline and may be cancelled by itself; the one that goes on is gone when all are, and late when the last is.
 *
 * <p>A request waits with others only if it is to be scheduled as they are, by priority and timeout; one that wants its
 * answer made anew waits with nobody.
 */
public final class Coalescing implements Predictor, AutoCloseable {
    private static final long LOOK_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Clock clock;
    private final CacheObserver observer;
    private final Predictor next;
    private final ConcurrentHashMap<CacheKey, Flight> flights = new ConcurrentHashMap<>();
    private final DeadlineTimer deadlines;

    public Coalescing(Clock clock, CacheObserver observer, Predictor next) {
        this.clock = clock;
        this.observer = observer;
        this.next = next;
        this.deadlines = new DeadlineTimer(clock, LOOK_INTERVAL_NANOS, this::expire);
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        CacheKey key = request.key();
        if (key == null || CacheControl.of(request) != CacheControl.USE) {
            next.predict(request, reply);
            return;
        }
        Flight own = new Flight(this, key, request, reply);
        Flight others = flights.putIfAbsent(key, own);
        while (others != null) {
            switch (others.join(request, reply)) {
                case JOINED -> {
                    return;
                }
                case APART -> {
                    next.predict(request, reply);
                    return;
                }
                case ENDED -> {
                    remove(key, others);
                    others = flights.putIfAbsent(key, own);
                }
            }
        }
        own.begin();
    }

    Predictor next() {
        return next;
    }

    CacheObserver observer() {
        return observer;
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    void remove(CacheKey key, Flight flight) {
        boolean unused = flights.remove(key, flight);
    }

    /** A request with this deadline waits with others, whose run may take longer. */
    void lookAt(long deadlineNanos) {
        if (deadlineNanos != Call.NO_DEADLINE) {
            deadlines.lookAt(deadlineNanos);
        }
    }

    private long expire() {
        long now = clock.nanoTime();
        long earliest = Call.NO_DEADLINE;
        for (Flight each : flights.values()) {
            earliest = Math.min(earliest, each.expire(now));
        }
        return earliest;
    }

    /** To be done when no more requests come and none is under way: nothing holds on to what is below. */
    @Override
    public void close() {
        deadlines.close();
    }

    /** Requests under way that others may wait with, for leak checks. */
    int flights() {
        return flights.size();
    }
}
