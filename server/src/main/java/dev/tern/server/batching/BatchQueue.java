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
import dev.tern.server.predict.DeadlineTimer;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.SchedulingState;
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

    private static final int LEAST_DEPARTURES = 64;

    private final MpscUnboundedVarHandleArrayQueue<Entry> inbox = new MpscUnboundedVarHandleArrayQueue<>(256);
    private final ReentrantLock lock = new ReentrantLock();
    private final SchedulerSettings settings;
    private final ExecutionTimes times;
    private final Admission admission;
    private final Scheduler<Entry> scheduler;
    private final @Nullable AdaptiveWindow window;
    private final @Nullable Planning planning;
    private final List<Lane> lanes;
    private final Clock clock;
    private final BatchObserver observer;
    private final DeadlineTimer deadlines;
    private final Watch watch;
    /** Who left on his own since that was last looked for: they still take up memory until they are come across. */
    private final AtomicInteger departures = new AtomicInteger();

    /** Whether somebody has left on his own since the last decision. */
    private volatile boolean departed;

    private long windowEndNanos;
    private boolean windowScheduled;
    private boolean closed;

    BatchQueue(SchedulerSettings settings, List<InstanceGroup> groups, Clock clock, BatchObserver observer) {
        int instances =
                groups.stream().mapToInt(group -> group.instances().size()).sum();
        this.settings = settings;
        this.times = new ExecutionTimes(Math.max(1, Math.max(settings.maxBatchSize(), settings.maxPaddedUnits())));
        this.admission = new Admission(settings, times, instances);
        AdaptiveSettings adaptive = settings.adaptive();
        this.window = adaptive == null ? null : new AdaptiveWindow(adaptive, settings.maxBatchSize(), instances, times);
        this.scheduler = new Scheduler<>(settings, times, window);
        this.planning =
                window == null ? null : new Planning(window, lock, groups.get(0).seat());
        this.lanes = groups.stream().map(group -> new Lane(group, this::turn)).toList();
        this.clock = clock;
        this.observer = observer;
        this.deadlines = new DeadlineTimer(clock, SWEEP_INTERVAL_NANOS, this::sweep);
        this.watch = new Watch(clock, settings.maxExecutionNanos(), this::writtenOff);
    }

    /** A run before the first request: {@code units} of work took {@code nanos}. */
    void seed(long units, long nanos) {
        lock.lock();
        try {
            times.seed(units, nanos);
        } finally {
            lock.unlock();
        }
    }

    SchedulingState state() {
        lock.lock();
        try {
            return States.of(settings, times, window, admission.queued(), clock.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    int held() {
        lock.lock();
        try {
            return scheduler.size() + inbox.size();
        } finally {
            lock.unlock();
        }
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

    /** The caller of {@code entry} has gone: in the queue, the others may make another batch without it. */
    void leave(Entry entry) {
        long now = clock.nanoTime();
        if (entry.leaveQueue(now)) {
            observer.dropped(Dropped.Reason.GONE);
            departed = true;
            if (departures.incrementAndGet() >= Math.max(LEAST_DEPARTURES, admission.queued())) {
                // With no instance free nobody else would come across them for a while.
                departures.set(0);
                deadlines.lookAt(now);
            }
            signal();
        } else {
            entry.leaveRun(now);
        }
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
            watch.started(batch.asRun(), batch.earliestDeadlineNanos());
            batch.run();
        } finally {
            watch.ended(batch.asRun());
            giveBack(batch);
        }
    }

    private @Nullable Batch pick(Lane lane) {
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
            Batch batch = choose(lane, now);
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

    private @Nullable Batch choose(Lane lane, long now) {
        if (planning != null) {
            planning.planIfDue(now);
        }
        if (lane.free().isEmpty() || scheduler.isEmpty()) {
            return null;
        }
        if (departed) {
            departed = false;
            scheduler.reconsider();
        }
        Choice<Entry> choice = scheduler.choose(now);
        if (choice.batch().isEmpty()) {
            admission.waiting();
            if (choice.lookAgainNanos() != Waiting.NO_DEADLINE) {
                lookAgainAt(choice.lookAgainNanos());
            }
            return null;
        }
        List<Entry> taken = choice.batch();
        int chosen = taken.size();
        taken.removeIf(entry -> !entry.take());
        scheduler.gone(chosen - taken.size(), now);
        Batch batch = taken.isEmpty() ? null : batch(taken, choice.crowdedLevel(), lane);
        if (!scheduler.isEmpty() && (batch == null || anyFree())) {
            signal();
        }
        return batch;
    }

    private Batch batch(List<Entry> taken, int crowdedLevel, Lane lane) {
        Run run = new Run(taken, lane, lane.free().pop(), watch);
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).runsIn(run);
        }
        return new Batch(run, settings.work(taken), crowdedLevel, clock, observer);
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
        Run run = batch.asRun();
        if (run.isWrittenOff()) {
            run.instance().close();
        } else {
            free(run.lane(), run.instance(), batch);
        }
    }

    /** @param ran what the instance has run, to learn from; null for one that is new */
    private void free(Lane lane, Instance instance, @Nullable Batch ran) {
        boolean more;
        boolean last;
        lock.lock();
        try {
            last = closed;
            if (!last) {
                lane.free().push(instance);
            }
            more = !scheduler.isEmpty() || !inbox.isEmpty();
            if (ran != null) {
                learn(ran, more, clock.nanoTime());
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

    private void learn(Batch ran, boolean more, long nowNanos) {
        if (ran.nanos() > 0) {
            scheduler.ran(ran.size(), ran.units(), ran.nanos(), nowNanos);
            admission.completed(ran.units(), ran.nanos(), ran.crowdedLevel(), more, nowNanos);
            admission.answered(ran.asRun().batch(), ran.crowdedLevel() > 0, nowNanos);
        } else {
            scheduler.ended(ran.size(), ran.units(), ran.atLeastNanos(), nowNanos);
            admission.interrupted(more, nowNanos);
        }
    }

    /** A run hangs: who still waits is behind it, and its instance is replaced. On the timer's thread. */
    private void writtenOff(Run run) {
        observer.runnerReplaced();
        long now = clock.nanoTime();
        lock.lock();
        try {
            scheduler.ended(run.batch().size(), settings.work(run.batch()), run.elapsedNanos(now), now);
        } finally {
            lock.unlock();
        }
        if (run.overran()) {
            run.part().stream().filter(Entry::isAwaited).forEach(entry -> entry.fail(Failures.runTooLong()));
        }
        Failure failure = Failures.runHangs();
        run.batch().stream().filter(Entry::isAwaited).forEach(entry -> entry.fail(failure));
        Instance successor = run.successor();
        if (successor != null) {
            free(run.lane(), successor, null);
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
        watch.close();
        deadlines.close();
        signal();
    }
}
