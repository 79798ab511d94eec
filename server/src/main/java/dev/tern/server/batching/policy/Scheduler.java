package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Dropped.Reason;
import dev.tern.server.batching.policy.Line.Group;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The waiting room of one model version and its rules. For one thread at a time.
 *
 * <p>The oldest request of the first of the {@link Lines} that holds any leads; requests of its group go along, those of
 * its own line first, then those of the lines behind. A batch goes when it has a preferred size or
 * is full; when something of another group waits; when its oldest request has waited the window out; when a deadline
 * leaves no slack. What is known to be for nothing is dropped on the way: nobody is computed for who has gone or cannot
 * be answered in time.
 *
 * @param <E> the requests
 */
public final class Scheduler<E extends Waiting> {
    private final SchedulerSettings settings;
    private final ExecutionTimes times;
    private final @Nullable AdaptiveWindow window;
    private final Interference interference;
    private final Lines<E> lines;
    private final Composition<E> composition;
    private final List<Dropped<E>> dropped = new ArrayList<>();
    private int size;

    /** While a batch is composed anew: whoever has to be answered before has no place in it. */
    private long leastDeadlineNanos = Long.MIN_VALUE;

    /**
     * While one group waits and brings fewer rows than this, and nothing else can fill its batch, there is nothing to
     * decide before {@code quietUntil}.
     */
    private long quietRows;

    private long quietUntilNanos;

    /** The plan that this was decided by. */
    private @Nullable Plan quietPlan;

    /** @param window finds what to wait for; null for the fixed window of {@code settings} */
    public Scheduler(SchedulerSettings settings, ExecutionTimes times, @Nullable AdaptiveWindow window) {
        this.settings = settings;
        this.times = times;
        this.window = window;
        this.interference = new Interference(times, settings.levels().size());
        this.composition = new Composition<>(settings);
        this.lines = new Lines<>(settings.levels().size());
    }

    /** Requests that wait, those that have gone and were not come across yet included. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Takes a request in; its level is one of the settings'. */
    public void add(E entry) {
        lines.ofLevel(entry.level()).add(entry);
        size++;
        interference.arrived(entry.level(), entry.enqueuedNanos());
        if (window != null) {
            window.arrived(entry.rows(), Math.max(1, entry.rows()) * entry.unitsPerRow(), entry.enqueuedNanos());
        }
        if (entry.unitsPerRow() > composition.unitsPerRow()) {
            reconsider();
        }
        long latest = latestNanos(entry.deadlineNanos(), composition.unitsPerRow());
        quietUntilNanos = Math.min(quietUntilNanos, Math.min(latest, entry.timeoutNanos()));
    }

    /** When a full batch has to go for the sake of a deadline; {@link Waiting#NO_DEADLINE} without one. */
    private long latestNanos(long deadlineNanos, long perRow) {
        return deadlineNanos == Waiting.NO_DEADLINE
                ? Waiting.NO_DEADLINE
                : deadlineNanos - times.likelyMaxNanos(settings.maxBatchSize() * perRow);
    }

    /** One run of {@code requests} and {@code units} of work took {@code nanos} and has ended at {@code nowNanos}. */
    public void ran(int requests, long units, long nanos, long nowNanos) {
        times.observe(units, nanos);
        if (window != null) {
            window.answered(requests, nowNanos);
        }
        times.trust().confirmed(nanos, nowNanos);
        reconsider();
    }

    /** So many that were to run together had gone when they were taken. */
    public void gone(int requests, long nowNanos) {
        if (window != null && requests > 0) {
            window.answered(requests, nowNanos);
        }
    }

    /**
     * One run of {@code requests} has ended at {@code nowNanos} without having been done: it failed, or it was ended.
     *
     * @param atLeastNanos what it would have taken at the least; 0 if it does not say
     */
    public void ended(int requests, long units, long atLeastNanos, long nowNanos) {
        if (window != null) {
            window.answered(requests, nowNanos);
        }
        if (times.atLeast(units, atLeastNanos)) {
            times.trust().confirmed(atLeastNanos, nowNanos);
            reconsider();
        }
    }

    /** Somebody who waited has gone, or runs take another time: who waits may make another batch. */
    public void reconsider() {
        quietRows = 0;
    }

    /** What an instance that is free now is to do. */
    public Choice<E> choose(long nowNanos) {
        for (int at = lines.first(); at < lines.count(); at = lines.first()) {
            Group<E> group = lines.get(at).oldest();
            boolean alone = lines.holdOnly(group.key);
            if (alone && isQuiet(group.key, nowNanos) && !isPast(quietUntilNanos, nowNanos)) {
                return Choice.waitUntil(quietUntilNanos);
            }
            compose(at, group, nowNanos);
            if (!composition.isEmpty()) {
                return decide(at, alone, nowNanos);
            }
        }
        return Choice.waitUntil(Waiting.NO_DEADLINE);
    }

    /** Whether what has come since the last decision, to any line, does not fill the batch that was to grow. */
    private boolean isQuiet(Object key, long nowNanos) {
        return (window == null || window.plan(nowNanos).equals(quietPlan))
                && settings.maxPaddedUnits() == 0
                && size < settings.maxBatchSize()
                && lines.rows(key) < quietRows;
    }

    private void compose(int first, Group<E> group, long nowNanos) {
        fill(first, group, nowNanos);
        while (composition.leavesOthers() && composition.size() > 1 && isTooTight(nowNanos)) {
            // While more waits than goes at once, a smaller batch saves one request at the cost of several others.
            leastDeadlineNanos = nowNanos + times.likelyMaxNanos(composition.units());
            fill(first, group, nowNanos);
        }
        leastDeadlineNanos = Long.MIN_VALUE;
        if (isTooTight(nowNanos)) {
            composition.cut(times, nowNanos);
        }
    }

    /** Whether a deadline would pass before the whole batch is done. */
    private boolean isTooTight(long nowNanos) {
        return times.trust().holds(nowNanos)
                && composition.tightestNanos() != Waiting.NO_DEADLINE
                && nowNanos + times.likelyMaxNanos(composition.units()) > composition.tightestNanos();
    }

    private void fill(int first, Group<E> group, long nowNanos) {
        int level = Lines.level(first);
        // A plan looks back over a short trace only: a queue that grows all the same lifts its bound.
        int maxRows = Math.max(maxRows(nowNanos), (int) Math.min(settings.maxBatchSize(), group.rows / 2));
        long perRow = group.entries.getFirst().unitsPerRow();
        composition.clear(settings.dynamic() ? interference.ownRows(level, maxRows, perRow, nowNanos) : 1);
        boolean room = true;
        for (int i = first; i < lines.count() && room; i++) {
            boolean guests = Lines.level(i) > level;
            if (guests && Lines.timesOut(i)) {
                admitGuests();
            }
            room = fillFrom(i, group.key, nowNanos) && !composition.isEmpty();
            if (!guests && (composition.hasRefused() || lines.entries(first, i, group.key) > composition.size())) {
                composition.leaveOthers();
            }
        }
    }

    /** From here on, requests of lower levels join: only as far as they hardly lengthen the run. */
    private void admitGuests() {
        if (!composition.isEmpty()) {
            composition.limit(
                    interference.guestRows(composition.rows(), composition.unitsPerRow(), composition.maxRows()));
        }
    }

    /** Adds what the line {@code at} has of the group; false when nothing more can join. */
    private boolean fillFrom(int at, Object key, long nowNanos) {
        Group<E> group = lines.get(at).group(key);
        if (group == null) {
            return true;
        }
        boolean room = true;
        for (Iterator<E> each = group.entries.iterator(); room && each.hasNext(); ) {
            E entry = each.next();
            if (leaves(entry, at, nowNanos)) {
                each.remove();
                group.rows -= entry.rows();
            } else {
                room = composition.add(entry) && !composition.isClosed();
            }
        }
        lines.get(at).forgetIfEmpty(group);
        return room;
    }

    private int maxRows(long nowNanos) {
        return window == null
                ? settings.maxBatchSize()
                : Math.min(settings.maxBatchSize(), window.plan(nowNanos).maxRows());
    }

    /** Takes {@code entry} out if no run is to be spent on it here. */
    private boolean leaves(E entry, int at, long nowNanos) {
        Reason reason = null;
        if (entry.isGone()) {
            reason = Reason.GONE;
        } else if (isPast(entry.deadlineNanos(), nowNanos)) {
            reason = Reason.DEADLINE_PASSED;
        } else if (Lines.timesOut(at) && isPast(entry.timeoutNanos(), nowNanos)) {
            if (settings.policy(entry.level()).action() == TimeoutAction.DELAY) {
                lines.get(at + 1).add(entry);
                return true;
            }
            reason = Reason.TIMED_OUT;
        } else if (times.trust().holds(nowNanos) && isTooClose(entry, nowNanos)) {
            times.trust().used(nowNanos);
            reason = Reason.DEADLINE_TOO_CLOSE;
        }
        if (reason == null) {
            return false;
        }
        dropped.add(new Dropped<>(entry, reason));
        size--;
        if (window != null) {
            // Its caller waits no more, though it was not run: else those in flight would seem ever more.
            window.answered(1, nowNanos);
        }
        return true;
    }

    private boolean isTooClose(E entry, long nowNanos) {
        long own = times.expectedNanos(Math.max(1, entry.rows()) * entry.unitsPerRow());
        return entry.deadlineNanos() != Waiting.NO_DEADLINE
                && Math.max(nowNanos + own, leastDeadlineNanos) > entry.deadlineNanos();
    }

    private static boolean isPast(long at, long nowNanos) {
        return at != Waiting.NO_DEADLINE && nowNanos - at >= 0;
    }

    private Choice<E> decide(int first, boolean alone, long nowNanos) {
        if (composition.preferred() > 0 && !composition.isReordered() && window == null) {
            return run(first, composition.first(composition.preferred()));
        }
        long due = dueNanos(nowNanos);
        if (!settings.dynamic() || composition.isClosed() || !alone || nowNanos - due >= 0) {
            return run(first, composition.all());
        }
        quietRows = rowsToWaitFor(nowNanos);
        quietPlan = window == null ? null : window.plan(nowNanos);
        quietUntilNanos = Math.min(
                Math.min(due, composition.firstTimeoutNanos()),
                latestNanos(composition.tightestNanos(), composition.unitsPerRow()));
        return Choice.waitUntil(due);
    }

    /** When the batch goes at the latest, past or not. */
    private long dueNanos(long nowNanos) {
        boolean enough = composition.rows() >= rowsEnough(nowNanos);
        if (enough) {
            return nowNanos;
        }
        long delay = window == null
                ? settings.maxQueueDelayNanos()
                : window.plan(nowNanos).windowNanos();
        long due = oldestNanos() + delay;
        long tightest = composition.tightestNanos();
        return tightest == Waiting.NO_DEADLINE
                ? due
                : Math.min(due, tightest - times.likelyMaxNanos(composition.units()));
    }

    private long oldestNanos() {
        List<E> all = composition.view();
        long oldest = all.get(0).enqueuedNanos();
        for (int i = 1; i < all.size(); i++) {
            long other = all.get(i).enqueuedNanos();
            oldest = other - oldest < 0 ? other : oldest;
        }
        return oldest;
    }

    private int rowsEnough(long nowNanos) {
        return window == null
                ? settings.largestPreferred()
                : window.plan(nowNanos).rowsToWaitFor();
    }

    /** With so many rows there is something to decide again. */
    private long rowsToWaitFor(long nowNanos) {
        int enough = rowsEnough(nowNanos);
        if (window == null) {
            for (int preferred : settings.preferredBatchSizes()) {
                if (preferred > composition.rows()) {
                    return Math.min(preferred, enough);
                }
            }
        }
        return enough;
    }

    private Choice<E> run(int first, List<E> batch) {
        if (composition.isReordered()) {
            lines.take(first, composition.identities());
        } else {
            lines.takeInOrder(first, batch);
        }
        size -= batch.size();
        quietRows = 0;
        boolean crowded = composition.leavesOthers() && !composition.isReordered();
        return Choice.run(batch, crowded ? Lines.level(first) : 0);
    }

    /** Drops what is for nothing everywhere, and moves those whose time is over to where they belong. */
    public void sweep(long nowNanos) {
        for (int i = 0; i < lines.count(); i++) {
            int at = i;
            lines.get(i).removeIf(entry -> leaves(entry, at, nowNanos));
        }
    }

    /** When {@link #sweep} will find something at the latest; {@link Waiting#NO_DEADLINE} if nobody is in a hurry. */
    public long earliestExpiryNanos() {
        return lines.earliestExpiryNanos();
    }

    /** Hands over what was dropped since the last call. */
    public List<Dropped<E>> takeDropped() {
        if (dropped.isEmpty()) {
            return List.of();
        }
        List<Dropped<E>> taken = List.copyOf(dropped);
        dropped.clear();
        return taken;
    }

    /** Removes and returns all that wait. */
    public List<E> removeAll() {
        List<E> all = new ArrayList<>();
        lines.removeIf(all::add);
        size = 0;
        return all;
    }
}
