package dev.tern.server.batching;

import dev.tern.server.batching.BatchPolicy.Decision;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import java.util.ArrayList;
import java.util.List;
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

    private final MpscUnboundedVarHandleArrayQueue<Entry> inbox = new MpscUnboundedVarHandleArrayQueue<>(256);
    private final AtomicInteger queued = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitingList waiting;
    private final List<Lane> lanes;
    private final BatchPolicy policy;
    private final Clock clock;
    private final BatchObserver observer;
    private final DeadlineTimer deadlines;
    private final Watch watch;
    private long windowEndNanos;
    private boolean windowScheduled;
    private boolean closed;

    BatchQueue(BatchSettings settings, List<InstanceGroup> groups, Clock clock, BatchObserver observer) {
        this.policy = new BatchPolicy(settings);
        this.waiting = new WaitingList(settings.dynamic() ? settings.maxBatchSize() : 0);
        this.lanes = groups.stream().map(group -> new Lane(group, this::turn)).toList();
        this.clock = clock;
        this.observer = observer;
        this.deadlines = new DeadlineTimer(clock, SWEEP_INTERVAL_NANOS, this::sweep);
        this.watch = new Watch(clock, this::writtenOff);
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
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).signal();
        }
    }

    /** One turn of a runner: picks a batch, if one is to go, and runs it. */
    private void turn(Lane lane) {
        Batch batch = pick(lane);
        if (batch == null) {
            return;
        }
        try {
            watch.started(batch.way(), batch.earliestDeadlineNanos());
            batch.run();
        } finally {
            watch.ended(batch.way());
            giveBack(batch.way());
        }
    }

    private @Nullable Batch pick(Lane lane) {
        long now = clock.nanoTime();
        List<Entry> refused = List.of();
        lock.lock();
        try {
            drain();
            if (closed) {
                refused = waiting.removeAll();
                return null;
            }
            waiting.refresh(now, queued.get());
            refused = waiting.takeDead();
            return choose(lane, now);
        } finally {
            lock.unlock();
            refuse(refused, now);
        }
    }

    private @Nullable Batch choose(Lane lane, long now) {
        if (lane.free().isEmpty() || waiting.isEmpty()) {
            return null;
        }
        Decision decision = policy.decide(waiting, now);
        if (decision.count() == 0) {
            lookAgainAt(decision.lookAgainNanos());
            return null;
        }
        List<Entry> taken = take(decision.count());
        Batch batch = taken.isEmpty() ? null : batch(taken, lane);
        if (!waiting.isEmpty() && anyFree()) {
            signal();
        }
        return batch;
    }

    private Batch batch(List<Entry> taken, Lane lane) {
        Run run = new Run(taken, lane, lane.free().pop(), watch);
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).runsIn(run);
        }
        return new Batch(run, clock, observer);
    }

    private boolean anyFree() {
        for (int i = 0; i < lanes.size(); i++) {
            if (!lanes.get(i).free().isEmpty()) {
                return true;
            }
        }
        return false;
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

    private void giveBack(Run run) {
        if (run.isWrittenOff()) {
            run.instance().close();
        } else {
            free(run.lane(), run.instance());
        }
    }

    private void free(Lane lane, Instance instance) {
        boolean more;
        boolean last;
        lock.lock();
        try {
            last = closed;
            if (!last) {
                lane.free().push(instance);
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

    /** A run hangs: who still waits is behind it, and its instance is replaced. On the timer's thread. */
    private void writtenOff(Run run) {
        observer.runnerReplaced();
        Failure failure = Failure.of(Failure.Kind.UNAVAILABLE, "the model's run does not end");
        run.batch().stream().filter(Entry::isAwaited).forEach(entry -> entry.fail(failure));
        Instance successor = run.successor();
        if (successor != null) {
            free(run.lane(), successor);
        }
    }

    void terminateRuns() {
        watch.terminateAll();
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
        List<Instance> idle = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (Lane lane : lanes) {
                idle.addAll(lane.free());
                lane.free().clear();
            }
        } finally {
            lock.unlock();
        }
        idle.forEach(Instance::close);
        lanes.forEach(lane -> lane.seat().close());
        signal();
    }
}
