package dev.tern.server.batching;

import dev.tern.server.batching.policy.AdaptiveSettings;
import dev.tern.server.batching.policy.AdaptiveWindow;
import dev.tern.server.batching.policy.Admission;
import dev.tern.server.batching.policy.Choice;
import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.ExecutionTimes;
import dev.tern.server.batching.policy.Scheduler;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.batching.policy.Waiting;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * One model version's queue and its free instances.
 *
 * <p>Producers offer to the inbox and see to it that the queue stands in the runners' line. Everything else is guarded
 * by the lock, which is held only to drain the inbox and pick a batch, never during a run and never while a caller is
 * answered.
 */
final class BatchQueue implements AutoCloseable {
    /** The timer looks at a queue's deadlines no more often than this. */
    private static final long SWEEP_INTERVAL_NANOS = 1_000_000;

    private final MpscUnboundedVarHandleArrayQueue<Entry> inbox = new MpscUnboundedVarHandleArrayQueue<>(256);
    private final AtomicBoolean inLine = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final ExecutionTimes times;
    private final Admission admission;
    private final Scheduler<Entry> scheduler;
    private final @Nullable Planning planning;
    private final ArrayDeque<Instance> free;
    private final Executor runners;
    private final Runnable turn = this::turn;
    private final Clock clock;
    private final BatchObserver observer;
    private final DeadlineTimer deadlines;
    /** Whether somebody has left on his own since the last decision. */
    private volatile boolean departed;

    private long windowEndNanos;
    private boolean windowScheduled;
    private boolean closed;

    BatchQueue(
            SchedulerSettings settings,
            List<Instance> instances,
            Executor runners,
            Clock clock,
            BatchObserver observer) {
        this.times = new ExecutionTimes(Math.max(1, Math.max(settings.maxBatchSize(), settings.maxPaddedUnits())));
        this.admission = new Admission(settings, times, instances.size());
        AdaptiveSettings adaptive = settings.adaptive();
        AdaptiveWindow window = adaptive == null
                ? null
                : new AdaptiveWindow(adaptive, settings.maxBatchSize(), instances.size(), times);
        this.scheduler = new Scheduler<>(settings, times, window);
        this.planning = window == null ? null : new Planning(window, lock, runners);
        this.free = new ArrayDeque<>(instances);
        this.runners = runners;
        this.clock = clock;
        this.observer = observer;
        this.deadlines = new DeadlineTimer(clock, SWEEP_INTERVAL_NANOS, this::sweep);
    }

    Admission admission() {
        return admission;
    }

    /** Takes in a request that the admission let in. */
    void offer(Entry entry) {
        inbox.offer(entry);
        long expiry = Math.min(entry.deadlineNanos(), entry.timeoutNanos());
        if (expiry != Call.NO_DEADLINE) {
            deadlines.lookAt(expiry);
        }
        signal();
    }

    /** The caller of {@code entry} has gone: without it, the others may make another batch. */
    void leave(Entry entry) {
        if (entry.leave(clock.nanoTime())) {
            observer.dropped(Dropped.Reason.GONE);
            departed = true;
            signal();
        }
    }

    /** Sees to it that a runner looks at this queue after what the caller has just done. */
    private void signal() {
        if (inLine.compareAndSet(false, true)) {
            runners.execute(turn);
        }
    }

    /** One turn of a runner: picks a batch, if one is to go, and runs it. */
    private void turn() {
        inLine.set(false);
        Batch batch = pick();
        if (batch == null) {
            return;
        }
        try {
            batch.run();
        } finally {
            giveBack(batch);
        }
    }

    private @Nullable Batch pick() {
        long now = clock.nanoTime();
        List<Dropped<Entry>> dropped = List.of();
        List<Entry> stopped = List.of();
        lock.lock();
        try {
            drain();
            if (closed) {
                stopped = scheduler.removeAll();
                return null;
            }
            Batch batch = choose(now);
            dropped = scheduler.takeDropped();
            return batch;
        } finally {
            lock.unlock();
            refuse(dropped, now);
            for (int i = 0; i < stopped.size(); i++) {
                stopped.get(i).stop(now);
            }
        }
    }

    private @Nullable Batch choose(long now) {
        if (planning != null) {
            planning.planIfDue(now);
        }
        if (free.isEmpty() || scheduler.isEmpty()) {
            return null;
        }
        if (departed) {
            departed = false;
            scheduler.reconsider();
        }
        Choice<Entry> choice = scheduler.choose(now);
        if (choice.batch().isEmpty()) {
            if (choice.lookAgainNanos() != Waiting.NO_DEADLINE) {
                lookAgainAt(choice.lookAgainNanos());
            }
            return null;
        }
        List<Entry> taken = choice.batch();
        taken.removeIf(entry -> !entry.take());
        if (!scheduler.isEmpty() && (taken.isEmpty() || !free.isEmpty())) {
            signal();
        }
        return taken.isEmpty() ? null : new Batch(taken, free.pop(), clock, observer);
    }

    private void drain() {
        for (Entry entry = inbox.poll(); entry != null; entry = inbox.poll()) {
            scheduler.add(entry);
        }
    }

    private void refuse(List<Dropped<Entry>> dropped, long now) {
        for (int i = 0; i < dropped.size(); i++) {
            Dropped<Entry> each = dropped.get(i);
            if (each.entry().refuse(each.reason(), now)) {
                observer.dropped(each.reason());
            }
        }
    }

    private void lookAgainAt(long nanos) {
        if (!windowScheduled || nanos - windowEndNanos < 0) {
            windowScheduled = true;
            windowEndNanos = nanos;
            clock.schedule(nanos, this::windowEnded);
        }
    }

    private void windowEnded() {
        lock.lock();
        try {
            windowScheduled = false;
        } finally {
            lock.unlock();
        }
        signal();
    }

    private void giveBack(Batch batch) {
        Instance instance = batch.instance();
        boolean more;
        boolean last;
        lock.lock();
        try {
            last = closed;
            if (!last) {
                free.push(instance);
            }
            more = !scheduler.isEmpty() || !inbox.isEmpty();
            if (batch.nanos() > 0) {
                long now = clock.nanoTime();
                scheduler.ran(batch.size(), batch.units(), batch.nanos(), now);
                admission.completed(batch.units(), more, now);
            }
        } finally {
            lock.unlock();
        }
        if (last) {
            instance.close();
        }
        if (more) {
            signal();
        }
    }

    /** The timer's look at the deadlines; returns the earliest one left. */
    private long sweep() {
        long now = clock.nanoTime();
        List<Dropped<Entry>> dropped = List.of();
        lock.lock();
        try {
            drain();
            scheduler.sweep(now);
            dropped = scheduler.takeDropped();
            return scheduler.earliestExpiryNanos();
        } finally {
            lock.unlock();
            refuse(dropped, now);
            if (!dropped.isEmpty()) {
                signal();
            }
        }
    }

    @Override
    public void close() {
        List<Instance> idle;
        lock.lock();
        try {
            closed = true;
            idle = new ArrayList<>(free);
            free.clear();
        } finally {
            lock.unlock();
        }
        idle.forEach(Instance::close);
        signal();
    }
}
