package dev.tern.server.traffic;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.TrafficSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends candidates copies of requests that others have answered, and compares the answers. Nobody waits for a copy, and
 * nothing that becomes of it reaches a caller. Any thread.
 *
 * <p>A copy holds the request's and the answer's bytes, and a lease on the candidate, until it is over. So there are at
 * most {@link Room#MOST} of a model at once, and each is given up {@link Copy#PATIENCE_NANOS} after its caller was
 * answered, however long it then waits to be sent, as soon as its thread gets a core: a candidate that is to go has to wait no longer for them.
 */
public final class Shadows {
    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);

    private final Candidates candidates;
    private final ShadowObserver.Opening observers;
    private final Clock clock;
    private final Executor executor;
    private final List<ShadowListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, ModelShadow> models = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /** Without a lock: callers' threads add to it, and the others may have no core while they would hold one. */
    private final Set<Copy> underWay = new ConcurrentSkipListSet<>(Comparator.comparingLong(Copy::number));

    private volatile boolean stopped;

    /** @param executor one thread that sends copies and compares answers; what it takes it runs, else it refuses */
    public Shadows(Candidates candidates, ShadowObserver.Opening observers, Clock clock, Executor executor) {
        this.candidates = candidates;
        this.observers = observers;
        this.clock = clock;
        this.executor = executor;
    }

    void addListener(ShadowListener listener) {
        listeners.add(listener);
    }

    /** A reply that passes everything on to {@code reply}, and has the request copied once it is answered. */
    Reply copying(TrafficSettings.Shadow shadow, long version, InferenceRequest request, Reply reply) {
        return new CopyingReply(this, shadow.version(), version, request, reply, clock.nanoTime());
    }

    /** Has {@code answered}, which is taken over, copied, unless it is the candidate's own answer or there is no room. */
    void take(String candidate, Answered answered) {
        Copy copy = null;
        try {
            copy = stopped ? null : copy(candidate, answered);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error(
                    "A request to model '{}' could not be copied",
                    answered.request().model(),
                    e);
        }
        if (copy == null) {
            answered.release();
            return;
        }
        underWay.add(copy);
        copy.send();
        if (stopped) {
            // It may have come too late for stop() to see it.
            copy.giveUp();
        }
    }

    private @Nullable Copy copy(String name, Answered answered) {
        String model = answered.request().model();
        Candidate candidate = candidates.lend(model, name);
        if (candidate == null) {
            unserved(model, answered.version());
            return null;
        }
        Copy copy = null;
        try {
            copy = candidate.version() == answered.version() ? null : admitted(shadow(model), candidate, answered);
        } finally {
            if (copy == null) {
                candidate.release();
            }
        }
        return copy;
    }

    /** Null where there is no room. */
    private @Nullable Copy admitted(ModelShadow shadow, Candidate candidate, Answered answered) {
        ShadowCounts counts = shadow.counts(candidate.version());
        // The candidate's answer will be about as large as the other one.
        long expected = Memory.heldCompact(answered.response());
        long held = answered.heldCompact() + expected;
        if (shadow.room().take(held)) {
            Copy.Charge charge = new Copy.Charge(shadow.room(), held, expected);
            return new Copy(this, numbers.incrementAndGet(), answered, candidate, charge, counts);
        }
        counts.dropped();
        return null;
    }

    private ModelShadow shadow(String model) {
        return models.computeIfAbsent(model, it -> new ModelShadow(it, observers));
    }

    /** Counts a request without a candidate, unless its model has gone meanwhile: nobody would take away the count. */
    private void unserved(String model, long version) {
        ModelShadow known = models.get(model);
        if (known != null) {
            known.unserved();
            return;
        }
        Candidate answering = candidates.lend(model, String.valueOf(version));
        if (answering != null) {
            answering.release();
            shadow(model).unserved();
        }
    }

    /** The copy holds nothing any more. */
    void over(Copy copy) {
        underWay.remove(copy);
    }

    Executor executor() {
        return executor;
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    long nanosSince(long start) {
        return clock.nanoTime() - start;
    }

    /** Tells the listeners. */
    void tell(String model, long primary, long candidate, ComparedAnswer answer) {
        for (ShadowListener each : listeners) {
            try {
                each.compared(model, primary, candidate, answer);
            } catch (RuntimeException e) {
                LOG.error("A listener of compared answers failed", e);
            }
        }
    }

    /** Copies that are not over. */
    public int underWay() {
        return underWay.size();
    }

    /** What came of a model's copies. */
    ShadowState state(String model) {
        ModelShadow shadow = models.get(model);
        return shadow == null ? ShadowState.NONE : shadow.state();
    }

    /** Counts a model's copies anew. */
    public void forget(String model) {
        ModelShadow unused = models.computeIfPresent(model, (name, before) -> before.closedFor());
    }

    /** No copy from now on, and those that wait or run are given up: each gives back what it holds as soon as it may. */
    public void stop() {
        stopped = true;
        underWay.forEach(Copy::giveUp);
    }
}
