package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.RequestTrace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way for all that are equal to it: towards the model it is their common caller, towards them the one
 * who answers.
 *
 * <p>The first request's payloads are those that are read, so that no request is answered for good before the flight has
 * ended. One that leaves before, late or cancelled, is told by {@link Reply#failing} and answered with the others. The
 * last to leave only lets the flight know that nobody waits: what carries it answers then. Who leaves while another
 * thread answers may be told just after that; replies take what comes first.
 */
final class Flight implements Call, Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Flight.class);

    private static final String DEFECT = "internal error while handling the request";

    private static final Failure LATE = Failure.of(
            Kind.DEADLINE_EXCEEDED, "the request's deadline passed while it waited for the answer to an equal one");
    private static final Failure CANCELLED = Failure.of(
            Kind.CANCELLED, "the caller cancelled the request while it waited for the answer to an equal one");

    private final Coalescing stage;
    private final CacheKey key;
    private final Waiter first;

    /** Those who came later. */
    private List<Waiter> others = List.of();

    /** How many have not left. */
    private int waiting = 1;

    /** Nobody can join any more: it has been answered, fails, or all have left. */
    private boolean ended;

    private boolean answered;
    private volatile boolean abandoned;
    private volatile long deadlineNanos;
    private List<Runnable> onDone = List.of();

    Flight(Coalescing stage, CacheKey key, InferenceRequest request, Reply reply) {
        this.stage = stage;
        this.key = key;
        this.first = new Waiter(this, request, reply);
        this.deadlineNanos = first.deadlineNanos();
    }

    /** What became of an attempt to wait with a flight. */
    enum Joined {
        JOINED,
        /** It is to be scheduled differently, and runs for itself. */
        APART,
        /** Too late. */
        ENDED
    }

    /** Sends the request on its way. */
    void begin() {
        first.request.call().onDone(first);
        try {
            stage.next().predict(first.request.withCall(this), this);
        } catch (RuntimeException | Error e) {
            // Those who have joined wait for it, too.
            fail(new Failure(Kind.INTERNAL, DEFECT, e));
        }
    }

    Joined join(InferenceRequest request, Reply reply) {
        Waiter joining = new Waiter(this, request, reply);
        synchronized (this) {
            if (ended) {
                return Joined.ENDED;
            }
            if (!isScheduledAlike(request)) {
                return Joined.APART;
            }
            if (others.isEmpty()) {
                others = new ArrayList<>();
            }
            others.add(joining);
            waiting++;
            deadlineNanos = Math.max(deadlineNanos, joining.deadlineNanos());
        }
        stage.lookAt(first.deadlineNanos());
        stage.lookAt(joining.deadlineNanos());
        request.call().onDone(joining);
        return Joined.JOINED;
    }

    private boolean isScheduledAlike(InferenceRequest request) {
        return Scheduling.of(request).equals(Scheduling.of(first.request));
    }

    /** The caller of {@code waiter} has gone, or its deadline has passed. */
    void leave(Waiter waiter) {
        Failure reason = waiter.isLate(stage.nanoTime()) ? LATE : CANCELLED;
        switch (left(waiter, reason)) {
            case LAST -> {
                stage.remove(key, this);
                takeActions().forEach(Runnable::run);
            }
            case EARLY -> waiter.reply.failing(reason);
            case KNOWN -> {}
        }
    }

    /** What it means that somebody leaves. */
    private enum Leaving {
        /** Nobody waits any more. */
        LAST,
        /** Others wait on; this one is to be told why it does not. */
        EARLY,
        /** It has left before, or was told before. */
        KNOWN
    }

    private synchronized Leaving left(Waiter waiter, Failure reason) {
        if (answered || abandoned || waiter.left != null) {
            return Leaving.KNOWN;
        }
        if (waiting == 1) {
            ended = true;
            abandoned = true;
            return Leaving.LAST;
        }
        waiter.left = reason;
        waiting--;
        deadlineNanos = latest();
        return waiter.told ? Leaving.KNOWN : Leaving.EARLY;
    }

    private synchronized List<Runnable> takeActions() {
        List<Runnable> actions = onDone;
        onDone = List.of();
        return actions;
    }

    private long latest() {
        long latest = first.left == null ? first.deadlineNanos() : Long.MIN_VALUE;
        for (Waiter each : others) {
            latest = each.left == null ? Math.max(latest, each.deadlineNanos()) : latest;
        }
        return latest;
    }

    /** Has those leave whose deadline has passed, if several wait; returns the earliest deadline of the rest. */
    long expire(long nowNanos) {
        List<Waiter> late = new ArrayList<>();
        long earliest = NO_DEADLINE;
        synchronized (this) {
            if (others.isEmpty() || answered) {
                return NO_DEADLINE;
            }
            for (Waiter each : all()) {
                if (each.left == null && each.isLate(nowNanos)) {
                    late.add(each);
                } else if (each.left == null) {
                    earliest = Math.min(earliest, each.deadlineNanos());
                }
            }
        }
        late.forEach(this::leave);
        return earliest;
    }

    private List<Waiter> all() {
        if (others.isEmpty()) {
            return List.of(first);
        }
        List<Waiter> all = new ArrayList<>(others.size() + 1);
        all.add(first);
        all.addAll(others);
        return all;
    }

    /** Those who are to be answered, none if they were; nobody leaves or joins from here on. */
    private synchronized List<Waiter> end() {
        if (answered) {
            LOG.error("A request that others wait with was answered twice");
            return List.of();
        }
        ended = true;
        answered = true;
        onDone = List.of();
        return all();
    }

    @Override
    public void succeed(InferenceResponse response) {
        List<Waiter> all = end();
        stage.remove(key, this);
        if (all.size() == 1) {
            first.reply.succeed(response);
        } else if (all.isEmpty()) {
            response.release();
        } else {
            // What is left for later, and whether, is for the thread to say that answers: order may hang on it.
            share(response, all);
        }
    }

    private void share(InferenceResponse response, List<Waiter> all) {
        InferenceResponse shared = response.from(Origin.COALESCED);
        for (int i = 1; i < all.size(); i++) {
            stage.observer().coalesced();
            shared.retain();
            succeed(all.get(i), shared);
        }
        succeed(first, response);
    }

    private static void succeed(Waiter waiter, InferenceResponse response) {
        Failure left = waiter.left;
        if (left != null) {
            response.release();
            answer(() -> waiter.reply.fail(left));
        } else {
            answer(() -> waiter.reply.succeed(response));
        }
    }

    @Override
    public void fail(Failure failure) {
        List<Waiter> all = end();
        stage.remove(key, this);
        if (all.size() == 1) {
            first.reply.fail(failure);
            return;
        }
        long now = stage.nanoTime();
        for (Waiter each : all) {
            if (each != first && isNotItsOwn(failure, each, now)) {
                goOn(each);
            } else {
                fail(each, failure);
            }
        }
    }

    private void fail(Waiter waiter, Failure failure) {
        Failure left = waiter.left;
        if (waiter != first) {
            stage.observer().coalesced();
        }
        answer(() -> waiter.reply.fail(left == null ? failure.readBy(waiter.request, first.request) : left));
    }

    /** What the others fail for is not the matter of {@code waiter}: it runs by itself. */
    private void goOn(Waiter waiter) {
        try {
            stage.next().predict(waiter.request, waiter.reply);
        } catch (RuntimeException | Error e) {
            fail(waiter, new Failure(Kind.INTERNAL, DEFECT, e));
        }
    }

    /** Whether a failure for want of time, or of a caller, concerns others but not {@code waiter}, who came later. */
    private boolean isNotItsOwn(Failure failure, Waiter waiter, long nowNanos) {
        return switch (failure.kind()) {
            case CANCELLED -> !waiter.told && !waiter.isGone();
            case DEADLINE_EXCEEDED ->
                !waiter.told
                        && !waiter.isGone()
                        && !waiter.isLate(nowNanos)
                        && waiter.deadlineNanos() > first.deadlineNanos();
            case INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE, UNIMPLEMENTED, RESOURCE_EXHAUSTED, INTERNAL ->
                failure.itsOwn() && !waiter.told && !waiter.isGone();
        };
    }

    @Override
    public void failing(Failure failure) {
        List<Waiter> told = new ArrayList<>();
        synchronized (this) {
            if (!others.isEmpty() && isOfSome(failure)) {
                // Others may go on by themselves.
                return;
            }
            ended = true;
            for (Waiter each : all()) {
                if (each.left == null && !each.told) {
                    each.told = true;
                    told.add(each);
                }
            }
        }
        stage.remove(key, this);
        told.forEach(each -> each.reply.failing(failure.readBy(each.request, first.request)));
    }

    private static boolean isOfSome(Failure failure) {
        return failure.itsOwn() || failure.kind() == Kind.DEADLINE_EXCEEDED || failure.kind() == Kind.CANCELLED;
    }

    /** A defect in one caller's reply must not reach the others. */
    private static void answer(Runnable handOver) {
        try {
            handOver.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("An answer could not be handed over", e);
        }
    }

    /** The first's: the others wait for it. */
    @Override
    public @Nullable RequestTrace trace() {
        return first.request.call().trace();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public boolean isDone() {
        return abandoned || allAreGone();
    }

    private synchronized boolean allAreGone() {
        boolean gone = first.isGone();
        for (int i = 0; gone && i < others.size(); i++) {
            gone = others.get(i).isGone();
        }
        return gone;
    }

    @Override
    public void onDone(Runnable action) {
        synchronized (this) {
            if (!abandoned) {
                List<Runnable> all = new ArrayList<>(onDone);
                all.add(action);
                onDone = all;
                return;
            }
        }
        action.run();
    }
}
