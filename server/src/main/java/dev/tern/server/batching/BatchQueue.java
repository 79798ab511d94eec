package dev.tern.server.batching;

import dev.tern.server.batching.BatchPolicy.Decision;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * One model version's queue and its free instances.
 *
 * <p>Producers offer to the inbox and see to it that the queue stands in the runners' line. Everything else is guarded
 * by the lock, which is held only to drain the inbox and pick a batch, never during a run.
 */
final class BatchQueue implements AutoCloseable {
    /** The timer looks at a queue's deadlines no more often than this. */
    private static final long SWEEP_INTERVAL_NANOS = 1_000_000;

    private final MpscUnboundedVarHandleArrayQueue<Entry> inbox = new MpscUnboundedVarHandleArrayQueue<>(256);
    private final AtomicBoolean inLine = new AtomicBoolean();
    private final AtomicInteger queued = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitingList waiting;
    private final ArrayDeque<Instance> free;
    private final List<Instance> instances;
    private final BatchPolicy policy;
    private final Runners runners;
    private final Clock clock;
    private final BatchObserver observer;
    private final DeadlineTimer deadlines;
    private long windowEndNanos;
    private boolean windowScheduled;

    BatchQueue(BatchSettings settings, List<Instance> instances, Runners runners, Clock clock, BatchObserver observer) {
        this.policy = new BatchPolicy(settings);
        this.waiting = new WaitingList(settings.dynamic() ? settings.maxBatchSize() : 0);
        this.instances = List.copyOf(instances);
        this.free = new ArrayDeque<>(instances);
        this.runners = runners;
        this.clock = clock;
        this.observer = observer;
        this.deadlines = new DeadlineTimer(clock, SWEEP_INTERVAL_NANOS, this::sweep);
    }

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

    /** Sees to it that a runner looks at this queue after what the caller has just done. */
    void signal() {
        if (inLine.compareAndSet(false, true)) {
            runners.enqueue(this::turn);
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
        lock.lock();
        try {
            drain();
            queued.addAndGet(-waiting.refresh(clock.nanoTime()));
            if (free.isEmpty() || waiting.isEmpty()) {
                return null;
            }
            Decision decision = policy.decide(waiting, clock.nanoTime());
            if (decision.count() == 0) {
                lookAgainAt(decision.lookAgainNanos());
                return null;
            }
            List<Entry> taken = take(decision.count());
            if (!waiting.isEmpty()) {
                signal();
            }
            return taken.isEmpty() ? null : new Batch(taken, free.pop(), clock, observer);
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        for (Entry entry = inbox.poll(); entry != null; entry = inbox.poll()) {
            waiting.add(entry);
        }
    }

    private List<Entry> take(int count) {
        List<Entry> taken = waiting.removeFirst(count);
        queued.addAndGet(-count);
        taken.removeIf(entry -> !entry.take());
        return taken;
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
        lock.lock();
        try {
            free.push(instance);
            more = !waiting.isEmpty() || !inbox.isEmpty();
        } finally {
            lock.unlock();
        }
        if (more) {
            signal();
        }
    }

    /** The timer's look at the deadlines; returns the earliest one left. */
    private long sweep() {
        lock.lock();
        try {
            drain();
            queued.addAndGet(-waiting.removeDead(clock.nanoTime()));
            return waiting.earliestDeadlineNanos();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        instances.forEach(Instance::close);
    }
}
