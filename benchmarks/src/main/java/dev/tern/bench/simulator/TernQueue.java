package dev.tern.bench.simulator;

import dev.tern.server.batching.policy.AdaptiveSettings;
import dev.tern.server.batching.policy.AdaptiveWindow;
import dev.tern.server.batching.policy.Admission;
import dev.tern.server.batching.policy.Choice;
import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.ExecutionTimes;
import dev.tern.server.batching.policy.Scheduler;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.batching.policy.Waiting;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The server's own classes, called in the order in which its queue calls them. */
final class TernQueue implements SimulatedQueue {
    /** As in the server: expired requests are looked for no more often than this. */
    private static final long SWEEP_INTERVAL_NANOS = 1_000_000;

    private final boolean admits;
    private final ExecutionTimes times;
    private final Admission admission;
    private final @Nullable AdaptiveWindow window;
    private final Scheduler<Request> scheduler;
    /** By the batches under way. */
    private final IdentityHashMap<List<Request>, Integer> crowdedLevels = new IdentityHashMap<>();

    private long lookAgainNanos = Waiting.NO_DEADLINE;
    private long sweepAtNanos = Waiting.NO_DEADLINE;

    /** @param admits whether the admission decides; otherwise all are let in */
    TernQueue(SchedulerSettings settings, Scenario scenario, boolean admits) {
        this.admits = admits;
        this.times = new ExecutionTimes(Math.max(1, scenario.maxUnits()));
        this.admission = new Admission(settings, times, scenario.instances());
        AdaptiveSettings adaptive = settings.adaptive();
        this.window = adaptive == null
                ? null
                : new AdaptiveWindow(adaptive, settings.maxBatchSize(), scenario.instances(), times);
        this.scheduler = new Scheduler<>(settings, times, window);
    }

    @Override
    public boolean enter(Request request, long nowNanos) {
        if (admits && admission.enter(request.level(), request.units(), request.deadlineNanos(), nowNanos) != null) {
            return false;
        }
        scheduler.add(request);
        sweepAtNanos = Math.min(sweepAtNanos, request.deadlineNanos());
        return true;
    }

    @Override
    public void turn(long nowNanos) {
        if (window != null && window.due(nowNanos)) {
            window.replan(nowNanos);
        }
    }

    @Override
    public List<Request> choose(long nowNanos) {
        Choice<Request> choice = scheduler.choose(nowNanos);
        lookAgainNanos = choice.lookAgainNanos();
        List<Request> batch = choice.batch();
        if (batch.isEmpty()) {
            admission.waiting();
        } else {
            crowdedLevels.put(batch, choice.crowdedLevel());
        }
        for (int i = 0; i < batch.size(); i++) {
            leave(batch.get(i));
        }
        return batch;
    }

    private void leave(Request request) {
        if (admits) {
            admission.left(request.level(), request.units());
        }
    }

    @Override
    public long lookAgainNanos() {
        return lookAgainNanos;
    }

    @Override
    public void ran(List<Request> batch, long units, long nanos, long nowNanos) {
        boolean more = !scheduler.isEmpty();
        scheduler.ran(batch.size(), units, nanos, nowNanos);
        int crowdedLevel = Objects.requireNonNull(crowdedLevels.remove(batch));
        admission.completed(units, nanos, crowdedLevel, more, nowNanos);
        admission.answered(batch, crowdedLevel > 0, nowNanos);
    }

    @Override
    public boolean isEmpty() {
        return scheduler.isEmpty();
    }

    @Override
    public long sweepAtNanos() {
        return sweepAtNanos;
    }

    @Override
    public void sweep(long nowNanos) {
        scheduler.sweep(nowNanos);
        long next = scheduler.earliestExpiryNanos();
        sweepAtNanos = next == Waiting.NO_DEADLINE ? next : Math.max(next, nowNanos + SWEEP_INTERVAL_NANOS);
    }

    @Override
    public List<Request> takeDropped() {
        List<Dropped<Request>> dropped = scheduler.takeDropped();
        if (dropped.isEmpty()) {
            return List.of();
        }
        List<Request> requests = new ArrayList<>(dropped.size());
        for (Dropped<Request> each : dropped) {
            leave(each.entry());
            requests.add(each.entry());
        }
        return requests;
    }
}
