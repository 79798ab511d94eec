package dev.tern.server.batching;

import dev.tern.server.batching.BatchPolicy.Decision;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Dead entries that may lie behind the window before it pays to look for them. */
    private static final int TOLERATED_DEAD = 64;

    private final MpscUnboundedVarHandleArrayQueue<Entry> inbox = new MpscUnboundedVarHandleArrayQueue<>(256);
    private final AtomicBoolean inLine = new AtomicBoolean();
    private final AtomicInteger queued = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitingList waiting;
    private final ArrayDeque<Instance> free;
    private final BatchPolicy policy;
    private final Executor runners;
    private final Runnable turn = this::turn;
    private final Clock clock;
    private final BatchObserver observer;
    private final DeadlineTimer deadlines;
    private long windowEndNanos;
    private boolean windowScheduled;
    private boolean closed;

    BatchQueue(
            BatchSettings settings, List<Instance> instances, Executor runners, Clock clock, BatchObserver observer) {
        this.policy = new BatchPolicy(settings);
        this.waiting = new WaitingList(settings.dynamic() ? settings.maxBatchSize() : 0);
        this.free = new ArrayDeque<>(instances);
        this.runners = runners;
        this.clock = clock;
        this.observer = observer;
        this.deadlines = new DeadlineTimer(clock, SWEEP_INTERVAL_NANOS, this::sweep);
    }

    /** Requests that wait: neither taken for a run nor answered. */
    int queued() {
        return queued.get();
    }

    void offer(Entry entry) {
        queued.incrementAndGet();
        inbox.offer(entry);
        if (entry.deadlineNanos() != Call.NO_DEADLINE) {
            deadlines.lookAt(entry.deadlineNanos());
        }
        signal();
    }

    /** An entry has left without a run: without it, the others may make another batch. */
    void refused() {
        queued.decrementAndGet();
        signal();
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
            giveBack(batch.instance());
        }
    }

    private @Nullable Batch pick() {
        long now = clock.nanoTime();
        List<Entry> refused = List.of();
        lock.lock();
        try {
            drain();
            if (closed) {
                refused = waiting.removeAll();
                return null;
            }
            if (waiting.held() > 2 * queued.get() + TOLERATED_DEAD) {
                waiting.removeDead(now);
            } else {
                waiting.refresh(now);
            }
            refused = waiting.takeDead();
            return choose(now);
        } finally {
            lock.unlock();
            refuse(refused, now);
        }
    }

    private @Nullable Batch choose(long now) {
        if (free.isEmpty() || waiting.isEmpty()) {
            return null;
        }
        Decision decision = policy.decide(waiting, now);
        if (decision.count() == 0) {
            lookAgainAt(decision.lookAgainNanos());
            return null;
        }
        List<Entry> taken = take(decision.count());
        Batch batch = taken.isEmpty() ? null : new Batch(taken, free.pop(), clock, observer);
        if (!waiting.isEmpty() && !free.isEmpty()) {
            signal();
        }
        return batch;
    }

    private void drain() {
        for (Entry entry = inbox.poll(); entry != null; entry = inbox.poll()) {
            waiting.add(entry);
        }
    }

    private List<Entry> take(int count) {
        List<Entry> taken = waiting.removeFirst(count);
        taken.removeIf(entry -> !entry.take());
        queued.addAndGet(-taken.size());
        return taken;
    }

    private static void refuse(List<Entry> entries, long now) {
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).refuse(now);
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

    private void giveBack(Instance instance) {
        boolean more;
        boolean last;
        lock.lock();
        try {
            last = closed;
            if (!last) {
                free.push(instance);
            }
            more = !waiting.isEmpty() || !inbox.isEmpty();
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
        List<Entry> refused = List.of();
        lock.lock();
        try {
            drain();
            waiting.removeDead(now);
            refused = waiting.takeDead();
            return waiting.earliestDeadlineNanos();
        } finally {
            lock.unlock();
            refuse(refused, now);
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
