package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Dropped.Reason;
import dev.tern.server.batching.policy.Line.Group;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The waiting room of one model version and its rules. For one thread at a time.
 *
 * <p>Lines, served in this order: level 1, those of level 1 whose time was over and that are to be served all the same
 * ({@code DELAY}), level 2, and so on. The oldest request of the first line that holds any leads; requests of its group
 * go along, those of its own line first, then those of the lines behind. A batch goes when it has a preferred size or
 * is full; when something of another group waits; when its oldest request has waited the window out; when a deadline
 * leaves no slack. What is known to be for nothing is dropped on the way: nobody is computed for who has gone or cannot
 * be answered in time.
 *
 * @param <E> the requests
 */
public final class Scheduler<E extends Waiting> {
    /** The learned times are believed for so long after the last run; then one must show whether they still hold. */
    static final long TRUST_NANOS = 1_000_000_000;

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

    private long lastRunNanos;
    private boolean ran;

    /** While one group waits and brings fewer rows than this, and nothing else can fill its batch, there is nothing to decide before {@code quietUntil}. */
    private long quietRows;

    private long quietUntilNanos;

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
        lines.get(2 * (entry.level() - 1)).add(entry);
        size++;
        interference.arrived(entry.level(), entry.enqueuedNanos());
        if (window != null) {
            window.arrived(entry.rows(), Math.max(1, entry.rows()) * entry.unitsPerRow(), entry.enqueuedNanos());
        }
        if (entry.unitsPerRow() > composition.longest()) {
            reconsider();
        }
        long latest = latestNanos(entry.deadlineNanos(), composition.longest());
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
        lastRunNanos = nowNanos;
        ran = true;
        reconsider();
    }

    /** Somebody who waited has gone, or runs take another time: who waits may make another batch. */
    public void reconsider() {
        quietRows = 0;
    }

    /** What an instance that is free now is to do. */
    public Choice<E> choose(long nowNanos) {
        for (int at = lines.first(); at < lines.count(); at = lines.first()) {
            Group<E> group = oldest(lines.get(at));
            boolean alone = lines.hasOnly(group.key);
            if (alone && isQuiet(group.key) && !isPast(quietUntilNanos, nowNanos)) {
                return Choice.waitUntil(quietUntilNanos);
            }
            compose(at, group, nowNanos);
            if (!composition.isEmpty()) {
                return decide(at, alone, nowNanos);
            }
        }
        return Choice.waitUntil(Waiting.NO_DEADLINE);
    }

    private static <E extends Waiting> Group<E> oldest(Line<E> line) {
        Group<E> oldest = line.open().get(0);
        for (int i = 1; i < line.open().size(); i++) {
            Group<E> other = line.open().get(i);
            oldest = other.oldestNanos() - oldest.oldestNanos() < 0 ? other : oldest;
        }
        return oldest;
    }

    /** Whether what has come since the last decision, to any line, does not fill the batch that was to grow. */
    private boolean isQuiet(Object key) {
        return settings.maxPaddedUnits() == 0 && size < settings.maxBatchSize() && lines.rows(key) < quietRows;
    }

    private void compose(int first, Group<E> group, long nowNanos) {
        fill(first, group, nowNanos);
        while (composition.isClosed() && composition.size() > 1 && isTooTight(nowNanos)) {
            // While more waits than goes at once, a smaller batch saves one request at the cost of several others.
            leastDeadlineNanos = nowNanos + times.likelyMaxNanos(composition.units());
            fill(first, group, nowNanos);
        }
        leastDeadlineNanos = Long.MIN_VALUE;
        if (isTooTight(nowNanos)) {
            composition.favourTightest(times, nowNanos);
        }
    }

    /** Whether a deadline would pass before the whole batch is done. */
    private boolean isTooTight(long nowNanos) {
        return trusts(nowNanos)
                && composition.tightestNanos() != Waiting.NO_DEADLINE
                && nowNanos + times.likelyMaxNanos(composition.units()) > composition.tightestNanos();
    }

    private void fill(int first, Group<E> group, long nowNanos) {
        int level = level(first);
        // A plan looks back over a short trace only: a queue that grows all the same lifts its bound.
        int maxRows = Math.max(maxRows(nowNanos), (int) Math.min(settings.maxBatchSize(), group.rows / 2));
        long perRow = group.entries.getFirst().unitsPerRow();
        composition.clear(settings.dynamic() ? interference.ownRows(level, maxRows, perRow, nowNanos) : 1);
        boolean room = true;
        for (int i = first; i < lines.count() && room; i++) {
            if (level(i) > level && i % 2 == 0) {
                admitGuests();
            }
            room = fillFrom(i, group.key, nowNanos) && !composition.isEmpty();
        }
    }

    /** From here on, requests of lower levels join: only as far as they hardly lengthen the run. */
    private void admitGuests() {
        if (!composition.isEmpty()) {
            composition.limit(interference.guestRows(composition.rows(), composition.longest(), composition.maxRows()));
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

    private static int level(int line) {
        return line / 2 + 1;
    }

    /** Takes {@code entry} out if no run is to be spent on it here. */
    private boolean leaves(E entry, int at, long nowNanos) {
        Reason reason = null;
        if (entry.isGone()) {
            reason = Reason.GONE;
        } else if (isPast(entry.deadlineNanos(), nowNanos)) {
            reason = Reason.DEADLINE_PASSED;
        } else if (at % 2 == 0 && isPast(entry.timeoutNanos(), nowNanos)) {
            if (settings.policy(entry.level()).action() == TimeoutAction.DELAY) {
                lines.get(at + 1).add(entry);
                return true;
            }
            reason = Reason.TIMED_OUT;
        } else if (trusts(nowNanos) && isTooClose(entry, nowNanos)) {
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

    /** Whether the learned times may cost a request its run. */
    private boolean trusts(long nowNanos) {
        return ran && nowNanos - lastRunNanos < TRUST_NANOS;
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
        quietUntilNanos = Math.min(
                Math.min(due, composition.firstTimeoutNanos()),
                latestNanos(composition.tightestNanos(), composition.longest()));
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
            Set<E> going = composition.identities();
            for (int i = first; i < lines.count(); i++) {
                lines.get(i).removeIf(going::contains);
            }
        } else {
            takeInOrder(first, batch);
        }
        size -= batch.size();
        quietRows = 0;
        return Choice.run(batch);
    }

    /** The batch is made of the oldest of each line, line by line. */
    private void takeInOrder(int first, List<E> batch) {
        int taken = 0;
        Object key = batch.get(0).group();
        for (int i = first; i < lines.count() && taken < batch.size(); i++) {
            Group<E> group = lines.get(i).group(key);
            if (group != null) {
                int from = taken;
                while (taken < batch.size() && group.entries.peek() == batch.get(taken)) {
                    group.rows -= group.entries.remove().rows();
                    taken++;
                }
                if (taken > from) {
                    lines.get(i).forgetIfEmpty(group);
                }
            }
        }
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
        for (int i = 0; i < lines.count(); i++) {
            lines.get(i).removeIf(all::add);
        }
        size = 0;
        return all;
    }
}
