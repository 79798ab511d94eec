package dev.tern.server.sequences;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.DeadlineTimer;
import dev.tern.server.predict.Failure;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of one model that are under way, with their states. So many have a slot; the others wait in the order of their
 * starts, each with its requests.
 *
 * <p>A request that fails has not happened: the sequence's state stays as it was. A start that fails began nothing, and what
 * follows it fails, too. Any thread; one lock, never held while another stage is called.
 */
public final class Sequences {
    /** Looks at what is idle or waits too long come no closer together. */
    private static final long MIN_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What a thread that passes requests on has still to see to: requests answered at once must not pile up on its stack. */
    private static final ThreadLocal<@Nullable Deque<Sequence>> PENDING = new ThreadLocal<>();

    private final SequenceSettings settings;
    private final Clock clock;
    private final DeadlineTimer timer;

    // All below is guarded by this.

    private int slots;
    private int users = 1;
    private int active;
    private int waiting;

    /** Those whose further requests are expected. */
    private final Map<SequenceId, Sequence> open = new HashMap<>();

    /** Those without a slot; each has a request. */
    private final Set<Sequence> backlog = new LinkedHashSet<>();

    /** Those with a slot that have nothing to do, since the longest time first. */
    private final Set<Sequence> idle = new LinkedHashSet<>();

    public Sequences(SequenceSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.slots = settings.slots();
        this.timer = new DeadlineTimer(clock, MIN_LOOK_NANOS, this::look);
    }

    SequenceSettings settings() {
        return settings;
    }

    /** These sequences for one user more, who closes them, too; as many may be under way from now on. */
    public Sequences share(int newSlots) {
        List<Sequence> begun = new ArrayList<>();
        synchronized (this) {
            users++;
            slots = newSlots;
            fillSlots(begun);
        }
        begun.forEach(this::begin);
        return this;
    }

    /** When no request is under way any more; the last user's forgets all. */
    public synchronized void close() {
        users--;
        if (users == 0) {
            timer.close();
            open.clear();
            idle.clear();
            backlog.clear();
        }
    }

    /** Sequences that take up memory. */
    public synchronized int held() {
        return active + backlog.size();
    }

    /** Requests that wait for those before them, or for a slot. */
    public synchronized int waiting() {
        return waiting;
    }

    void enter(Entry entry) {
        long now = clock.nanoTime();
        Failure refusal = admit(entry, now);
        if (refusal != null) {
            entry.refuse(refusal);
            return;
        }
        if (entry.turn().timeoutNanos() > 0) {
            timer.lookAt(now + entry.turn().timeoutNanos());
        }
        entry.request().call().onDone(() -> leave(entry));
        begin(entry.sequence());
    }

    private synchronized @Nullable Failure admit(Entry entry, long now) {
        Turn turn = entry.turn();
        SequenceId id = Objects.requireNonNull(turn.id());
        Sequence found = open.get(id);
        if (found == null && !turn.start()) {
            return Failures.notStarted(id, settings.model());
        }
        boolean waits = found == null ? active >= slots : !found.isFree();
        if (waits && settings.maxWaiting() > 0 && waiting >= settings.maxWaiting()) {
            return Failures.full(entry.request(), settings.overload());
        }
        Sequence sequence = found == null ? opened(id) : found;
        entry.joins(sequence);
        sequence.line.add(entry);
        waiting++;
        idle.remove(sequence);
        if (!sequence.active && turn.timeoutNanos() > 0) {
            long expires = now + turn.timeoutNanos();
            sequence.expiresNanos = sequence.expiresNanos == Sequence.NEVER || expires - sequence.expiresNanos < 0
                    ? expires
                    : sequence.expiresNanos;
        }
        if (turn.end()) {
            sequence.ended = true;
            open.remove(id);
        }
        return null;
    }

    private Sequence opened(SequenceId id) {
        Sequence sequence = new Sequence(id, settings.initialStates());
        open.put(id, sequence);
        backlog.add(sequence);
        fillSlots(new ArrayList<>(1));
        return sequence;
    }

    /** Gives free slots to those that wait; adds them to {@code begun}, to be begun without the lock. */
    private void fillSlots(List<Sequence> begun) {
        Iterator<Sequence> first = backlog.iterator();
        while (active < slots && first.hasNext()) {
            Sequence sequence = first.next();
            first.remove();
            sequence.active = true;
            active++;
            begun.add(sequence);
        }
    }

    /** Passes on what can go on of {@code sequence}. */
    private void begin(Sequence sequence) {
        Deque<Sequence> around = PENDING.get();
        if (around != null) {
            around.add(sequence);
            return;
        }
        Deque<Sequence> pending = new ArrayDeque<>(4);
        PENDING.set(pending);
        try {
            for (Sequence each = sequence; each != null; each = pending.poll()) {
                beginOne(each);
            }
        } finally {
            PENDING.remove();
        }
    }

    private void beginOne(Sequence sequence) {
        Entry next;
        List<Tensor> states;
        synchronized (this) {
            if (!sequence.active || sequence.busy || sequence.line.isEmpty()) {
                return;
            }
            next = sequence.line.remove();
            waiting--;
            sequence.busy = true;
            if (next.turn().start()) {
                sequence.states = settings.initialStates();
            }
            states = sequence.states;
        }
        next.run(states);
    }

    /** @param answer tells the caller */
    void succeeded(Entry entry, List<Tensor> states, Runnable answer) {
        Sequence sequence = entry.sequence();
        List<Sequence> begun = new ArrayList<>(1);
        begun.add(sequence);
        synchronized (this) {
            sequence.busy = false;
            sequence.states = states;
            settle(sequence, begun);
        }
        goOn(answer, List.of(), begun);
    }

    /** @param answer tells the caller */
    void failed(Entry entry, Runnable answer) {
        Sequence sequence = entry.sequence();
        List<Entry> dropped = List.of();
        List<Sequence> begun = new ArrayList<>(1);
        begun.add(sequence);
        synchronized (this) {
            sequence.busy = false;
            if (entry.turn().start()) {
                dropped = drop(sequence, entry);
            }
            settle(sequence, begun);
        }
        goOn(answer, dropped, begun);
    }

    /** Takes a request whose caller has gone out of its line. */
    private void leave(Entry entry) {
        Sequence sequence = entry.sequence();
        List<Entry> dropped = List.of();
        List<Sequence> begun = new ArrayList<>(1);
        synchronized (this) {
            if (!sequence.line.contains(entry)) {
                return;
            }
            if (entry.turn().start()) {
                dropped = drop(sequence, entry);
            }
            sequence.line.remove(entry);
            waiting--;
            settle(sequence, begun);
        }
        goOn(() -> entry.refuse(Failures.gone(entry.request().call(), clock.nanoTime())), dropped, begun);
    }

    /** Takes what follows a start that was none out of the line; the sequence is over unless another start follows. */
    private List<Entry> drop(Sequence sequence, Entry start) {
        List<Entry> dropped = sequence.dropUntilStart(start);
        waiting -= dropped.size();
        if (sequence.ended) {
            open.remove(sequence.id, sequence);
        }
        return dropped;
    }

    /** Ends a sequence that is over, or notes that it has nothing to do. */
    private void settle(Sequence sequence, List<Sequence> begun) {
        if (sequence.busy || !sequence.line.isEmpty()) {
            return;
        }
        if (sequence.ended) {
            end(sequence, begun);
        } else {
            sequence.idleSinceNanos = clock.nanoTime();
            idle.add(sequence);
        }
    }

    private void end(Sequence sequence, List<Sequence> begun) {
        if (sequence.active) {
            sequence.active = false;
            active--;
        }
        backlog.remove(sequence);
        fillSlots(begun);
    }

    private void goOn(Runnable answer, List<Entry> dropped, List<Sequence> begun) {
        try {
            answer.run();
            dropped.forEach(each -> each.refuse(Failures.notStarted(each.turn().id(), settings.model())));
        } finally {
            timer.lookAt(clock.nanoTime() + settings.idleNanos());
            begun.forEach(this::begin);
        }
    }

    /** Ends what was idle, or has waited for a slot, for too long; returns when the next look is due. */
    private long look() {
        long now = clock.nanoTime();
        List<Sequence> begun = new ArrayList<>();
        List<Entry> expired = new ArrayList<>();
        long next;
        synchronized (this) {
            endIdle(now, begun);
            expire(now, expired);
            next = nextLook();
        }
        expired.forEach(each -> each.refuse(Failures.expired()));
        begun.forEach(this::begin);
        return next;
    }

    private void endIdle(long now, List<Sequence> begun) {
        Iterator<Sequence> longest = idle.iterator();
        while (longest.hasNext()) {
            Sequence sequence = longest.next();
            if (now - sequence.idleSinceNanos < settings.idleNanos()) {
                return;
            }
            longest.remove();
            sequence.ended = true;
            open.remove(sequence.id, sequence);
            end(sequence, begun);
        }
    }

    private void expire(long now, List<Entry> expired) {
        Iterator<Sequence> all = backlog.iterator();
        while (all.hasNext()) {
            Sequence sequence = all.next();
            if (sequence.expiresNanos != Sequence.NEVER && now - sequence.expiresNanos >= 0) {
                all.remove();
                sequence.ended = true;
                open.remove(sequence.id, sequence);
                expired.addAll(sequence.line);
                waiting -= sequence.line.size();
                sequence.line.clear();
            }
        }
    }

    private long nextLook() {
        long next = idle.isEmpty() ? Call.NO_DEADLINE : idle.iterator().next().idleSinceNanos + settings.idleNanos();
        for (Sequence sequence : backlog) {
            if (sequence.expiresNanos != Sequence.NEVER) {
                next = next == Call.NO_DEADLINE || sequence.expiresNanos - next < 0 ? sequence.expiresNanos : next;
            }
        }
        return next;
    }
}
