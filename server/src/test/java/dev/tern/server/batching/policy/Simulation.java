package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One model's queue in simulated time, with the real policy and random traffic; every step is held to the {@link Rules}. */
final class Simulation {
    private static final long START_NANOS = -3_000_000_000L;
    private static final int MAX_UNITS = 400;

    private final RandomTraffic traffic;
    private final SchedulerSettings settings;
    private final ExecutionTimes times = new ExecutionTimes(MAX_UNITS);
    private final @Nullable AdaptiveWindow window;
    private final Scheduler<FakeRequest> scheduler;
    private final Admission admission;
    private final Rules rules;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos = START_NANOS;
    private long sweepAtNanos = Waiting.NO_DEADLINE;
    private int free;
    private int numbered;
    private int toCome;

    int batches;
    int together;
    int left;

    Simulation(long seed, int requests) {
        Random random = new Random(seed);
        traffic = new RandomTraffic(random);
        settings = traffic.settings;
        AdaptiveSettings adaptive = settings.adaptive();
        window = adaptive == null
                ? null
                : new AdaptiveWindow(adaptive, settings.maxBatchSize(), traffic.instances, times);
        scheduler = new Scheduler<>(settings, times, window);
        admission = new Admission(settings, times, traffic.instances);
        rules = new Rules(settings, times);
        free = traffic.instances;
        toCome = requests;
    }

    private record Event(long nanos, int number, Runnable happening) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return nanos == other.nanos ? Integer.compare(number, other.number) : Long.compare(nanos, other.nanos);
        }
    }

    private void at(long nanos, Runnable happening) {
        events.add(new Event(nanos, numbered++, happening));
    }

    /** Until all have come and nothing is due any more: then nobody may be left. */
    Simulation run() {
        at(nowNanos, this::arrive);
        for (Event event = events.poll(); event != null; event = events.poll()) {
            nowNanos = event.nanos();
            event.happening().run();
            dispatch();
            planSweep();
            assertThat(scheduler.size()).as("who waits").isEqualTo(rules.waiting());
        }
        assertThat(rules.all()).as("never served").isEmpty();
        assertThat(admission.queued()).as("counted as waiting").isZero();
        return this;
    }

    private void arrive() {
        FakeRequest request = traffic.request(nowNanos);
        int queued = admission.queued(request.level());
        Refusal refusal = admission.enter(request.level(), units(request), request.deadlineNanos(), nowNanos);
        rules.entered(request, refusal, queued, nowNanos);
        if (refusal == null) {
            scheduler.add(request);
            long patience = traffic.patienceNanos();
            if (patience >= 0) {
                at(nowNanos + patience, () -> go(request));
            }
        }
        if (--toCome > 0) {
            at(nowNanos + traffic.gapNanos(), this::arrive);
        }
    }

    private static long units(FakeRequest request) {
        return Math.max(1, request.rows()) * request.unitsPerRow();
    }

    private void go(FakeRequest request) {
        if (rules.all().contains(request)) {
            request.go();
            admission.left(request.level(), units(request));
            scheduler.reconsider();
        }
    }

    private void dispatch() {
        boolean waits = false;
        while (free > 0 && !scheduler.isEmpty() && !waits) {
            planWindow();
            List<FakeRequest> before = rules.all();
            Choice<FakeRequest> choice = scheduler.choose(nowNanos);
            takeDropped();
            waits = choice.batch().isEmpty();
            if (!waits) {
                rules.runs(choice.batch(), before, nowNanos);
                begin(choice);
            } else {
                rules.waits(choice.lookAgainNanos(), nowNanos);
                if (choice.lookAgainNanos() != Waiting.NO_DEADLINE) {
                    at(choice.lookAgainNanos(), () -> {});
                }
            }
        }
    }

    private void planWindow() {
        if (window != null) {
            if (window.due(nowNanos)) {
                window.replan(nowNanos);
            }
            rules.planned(window.plan(nowNanos));
        }
    }

    private void takeDropped() {
        List<Dropped<FakeRequest>> dropped = scheduler.takeDropped();
        rules.dropped(dropped, nowNanos);
        for (Dropped<FakeRequest> each : dropped) {
            if (!each.entry().isGone()) {
                admission.left(each.entry().level(), units(each.entry()));
            }
        }
        left += dropped.size();
    }

    private void begin(Choice<FakeRequest> choice) {
        List<FakeRequest> batch = choice.batch();
        batch.forEach(each -> admission.left(each.level(), units(each)));
        free--;
        batches++;
        together += batch.size();
        long units = new Together(batch).units();
        long took = traffic.runNanos(units);
        at(nowNanos + took, () -> end(batch.size(), units, choice.crowdedLevel(), took));
    }

    private void end(int requests, long units, int crowdedLevel, long took) {
        free++;
        scheduler.ran(requests, units, took, nowNanos);
        admission.completed(units, took, crowdedLevel, !scheduler.isEmpty(), nowNanos);
        rules.runEnded(nowNanos);
    }

    /** The timer's look at the deadlines, at times late. */
    private void planSweep() {
        long earliest = scheduler.earliestExpiryNanos();
        if (earliest < sweepAtNanos) {
            long due = Math.max(earliest, nowNanos) + traffic.lateNanos();
            sweepAtNanos = due;
            at(due, this::sweep);
        }
    }

    private void sweep() {
        sweepAtNanos = Waiting.NO_DEADLINE;
        scheduler.sweep(nowNanos);
        takeDropped();
    }

    @Override
    public String toString() {
        return settings + ", " + settings.levels() + ", at most " + settings.maxPaddedUnits() + " units, "
                + traffic.instances + " instances";
    }
}
