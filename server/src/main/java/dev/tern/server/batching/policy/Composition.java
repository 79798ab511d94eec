package dev.tern.server.batching.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The batch that could go now, put together request by request: as many as may go together. Used again for every
 * decision.
 */
final class Composition<E extends Waiting> {
    private final SchedulerSettings settings;
    private final List<E> entries = new ArrayList<>();
    private int rows;
    private int maxRows;
    private int rowsToJoin;
    private long longest;
    private long sum;
    private long tightestNanos;
    private long firstTimeoutNanos;
    private int preferred;
    private boolean closed;
    private boolean leavesOthers;
    private boolean reordered;

    Composition(SchedulerSettings settings) {
        this.settings = settings;
    }

    /** @param limit rows at the most; a single request may bring more */
    void clear(int limit) {
        entries.clear();
        rows = 0;
        maxRows = limit;
        rowsToJoin = limit;
        longest = 0;
        sum = 0;
        tightestNanos = Waiting.NO_DEADLINE;
        firstTimeoutNanos = Waiting.NO_DEADLINE;
        preferred = 0;
        closed = false;
        leavesOthers = false;
        reordered = false;
    }

    /** Adds {@code entry} if it may go along; once one may not, none may. */
    boolean add(E entry) {
        if (closed || !fits(entry)) {
            closed = true;
            return false;
        }
        include(entry);
        if (settings.prefers(rows)) {
            preferred = entries.size();
        }
        return true;
    }

    /** Requests are counted as well as rows, as a request may have none. */
    private boolean fits(E entry) {
        if (entries.isEmpty()) {
            return true;
        }
        return rows + entry.rows() <= rowsToJoin
                && entries.size() < rowsToJoin
                && (settings.maxPaddedUnits() == 0 || unitsWith(entry) <= settings.maxPaddedUnits());
    }

    private long unitsWith(E entry) {
        return settings.sumsWork()
                ? sum + entry.rows() * entry.unitsPerRow()
                : ((long) rows + entry.rows()) * Math.max(longest, entry.unitsPerRow());
    }

    private void include(E entry) {
        sum += entry.rows() * entry.unitsPerRow();
        entries.add(entry);
        rows += entry.rows();
        longest = Math.max(longest, entry.unitsPerRow());
        tightestNanos = Math.min(tightestNanos, entry.deadlineNanos());
        firstTimeoutNanos = Math.min(firstTimeoutNanos, entry.timeoutNanos());
    }

    /** Whether nothing more can join: it is full, or the next request does not fit. */
    boolean isClosed() {
        return closed || rows >= maxRows || entries.size() >= maxRows;
    }

    /** Whether a request was turned away because it does not fit. */
    boolean hasRefused() {
        return closed;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    /** From here on, others join up to {@code limit} rows in all; the batch may still wait for more than these. */
    void limit(int limit) {
        rowsToJoin = limit;
    }

    /** Some that would belong to this batch have to stay behind. */
    void leaveOthers() {
        leavesOthers = true;
    }

    boolean leavesOthers() {
        return leavesOthers;
    }

    int maxRows() {
        return maxRows;
    }

    int rows() {
        return rows;
    }

    /** The work of the whole, as {@link SchedulerSettings#work} has it. */
    long units() {
        return Math.max(1, settings.sumsWork() ? sum : rows * longest);
    }

    /** The work in one row: of the longest, if the others are filled up to it, else on average. */
    long unitsPerRow() {
        return settings.sumsWork() ? Math.max(1, sum / Math.max(1, rows)) : longest;
    }

    /** The earliest deadline of the callers. */
    long tightestNanos() {
        return tightestNanos;
    }

    /** When the first of them has waited as long as it may, past or not. */
    long firstTimeoutNanos() {
        return firstTimeoutNanos;
    }

    /** How many of the first bring exactly a preferred number of rows, the largest such; 0 if none. */
    int preferred() {
        return preferred;
    }

    /** Whether these are not simply the oldest of their lines. */
    boolean isReordered() {
        return reordered;
    }

    /** The entries that go, the first {@code count}. */
    List<E> first(int count) {
        return new ArrayList<>(entries.subList(0, count));
    }

    /** The entries as they are until the next change. */
    List<E> view() {
        return entries;
    }

    List<E> all() {
        return new ArrayList<>(entries);
    }

    Set<E> identities() {
        return identities(entries);
    }

    private static <T> Set<T> identities(List<T> each) {
        Set<T> set = Collections.newSetFromMap(new IdentityHashMap<>());
        set.addAll(each);
        return set;
    }

    /**
     * Cuts the batch down so that the tightest deadline of it can be met. Of the level that leads, the request that has
     * the tightest goes first, with the oldest of the others as long as the whole is done in time for all of them; but
     * where fewer would be answered in time that way, by this run and the next, than of the leading level by one run of
     * those that have the most time, these go.
     */
    void cut(ExecutionTimes times, long nowNanos) {
        List<E> candidates = all();
        E tightest = tightest(candidates);
        clear(maxRows);
        include(tightest);
        for (E each : candidates) {
            if (each != tightest && leavesInTime(each, times, nowNanos)) {
                include(each);
            }
        }
        List<E> leading = candidates.stream()
                .filter(each -> each.level() == tightest.level())
                .toList();
        List<E> most = inTime(leading, times, nowNanos);
        if (most.size() > entries.size() && most.size() > entries.size() + nextInTime(leading, times, nowNanos)) {
            Set<E> chosen = identities(most);
            clear(maxRows);
            candidates.stream().filter(chosen::contains).forEach(this::include);
        }
        closed = true;
        reordered = true;
    }

    private E tightest(List<E> candidates) {
        E tightest = candidates.get(0);
        for (E each : candidates) {
            boolean leads = each.level() == tightest.level();
            tightest = leads && each.deadlineNanos() < tightest.deadlineNanos() ? each : tightest;
        }
        return tightest;
    }

    /** How many of {@code candidates} that do not go now a run after this one could answer in time. */
    private int nextInTime(List<E> candidates, ExecutionTimes times, long nowNanos) {
        Set<E> going = identities();
        List<E> left = candidates.stream().filter(each -> !going.contains(each)).toList();
        return inTime(left, times, nowNanos + times.likelyMaxNanos(units())).size();
    }

    /** The most of {@code candidates} that one run at {@code nowNanos} answers in time: those with the latest deadlines. */
    private List<E> inTime(List<E> candidates, ExecutionTimes times, long nowNanos) {
        List<E> latestFirst = new ArrayList<>(candidates);
        latestFirst.sort(Comparator.comparingLong(Waiting::deadlineNanos).reversed());
        Composition<E> run = new Composition<>(settings);
        run.clear(maxRows);
        int count = 0;
        for (E each : latestFirst) {
            run.include(each);
            if (nowNanos + times.likelyMaxNanos(run.units()) <= each.deadlineNanos()) {
                count = run.size();
            }
        }
        return latestFirst.subList(0, count);
    }

    private boolean leavesInTime(E entry, ExecutionTimes times, long nowNanos) {
        return nowNanos + times.likelyMaxNanos(unitsWith(entry)) <= Math.min(tightestNanos, entry.deadlineNanos());
    }
}
