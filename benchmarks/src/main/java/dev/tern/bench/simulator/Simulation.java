package dev.tern.bench.simulator;

import dev.tern.server.batching.policy.Waiting;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One policy under one load, event by event: a request comes, a run ends, a window ends, expired requests are looked
 * for. Deciding takes no simulated time.
 */
final class Simulation {
    static final long START_NANOS = 1_000_000_000;

    private final Scenario scenario;
    private final SimulatedQueue queue;
    private final Traffic traffic;
    private final Counts counts;
    private final SplittableRandom noise;
    private final long[] endsAt;
    private final Run[] runs;
    private @Nullable Request coming;
    private int free;
    private long wakeAt = Waiting.NO_DEADLINE;

    private record Run(List<Request> batch, long units, long nanos) {}

    private Simulation(Scenario scenario, SimulatedQueue queue, double rate) {
        this.scenario = scenario;
        this.queue = queue;
        this.traffic = new Traffic(scenario, rate);
        this.counts = new Counts(scenario);
        this.noise = new SplittableRandom(~scenario.seed());
        this.endsAt = new long[scenario.instances()];
        this.runs = new Run[scenario.instances()];
        this.free = scenario.instances();
        Arrays.fill(endsAt, Waiting.NO_DEADLINE);
    }

    /** Simulates all requests of the scenario at {@code rate} per second, to the last answer. */
    static Counts run(Scenario scenario, Policy policy, double rate) {
        return new Simulation(scenario, policy.queue(scenario), rate).run();
    }

    private Counts run() {
        coming = traffic.next();
        while (coming != null || free < endsAt.length || !queue.isEmpty()) {
            step();
        }
        counts.check();
        return counts;
    }

    /** The next event, and what follows from it. Of events at the same time an end of a run is first. */
    private void step() {
        Request request = coming;
        long arrival = request == null ? Waiting.NO_DEADLINE : request.enqueuedNanos();
        int instance = firstToEnd();
        long end = endsAt[instance];
        long sweep = queue.sweepAtNanos();
        long now = Math.min(Math.min(arrival, end), Math.min(wakeAt, sweep));
        if (end == now) {
            end(instance, now);
        } else if (request != null && arrival == now) {
            arrive(request, now);
        } else if (sweep == now) {
            queue.sweep(now);
        }
        turn(now);
    }

    private int firstToEnd() {
        int first = 0;
        for (int i = 1; i < endsAt.length; i++) {
            first = endsAt[i] < endsAt[first] ? i : first;
        }
        return first;
    }

    private void arrive(Request request, long now) {
        counts.arrived(request, now);
        if (!queue.enter(request, now)) {
            request.finish();
            counts.refused(request);
        }
        coming = traffic.next();
    }

    private void end(int instance, long now) {
        Run run = runs[instance];
        endsAt[instance] = Waiting.NO_DEADLINE;
        free++;
        for (int i = 0; i < run.batch.size(); i++) {
            Request request = run.batch.get(i);
            request.finish();
            counts.answered(request, now);
        }
        queue.ran(run.batch, run.units, run.nanos, now);
    }

    private void turn(long now) {
        queue.turn(now);
        wakeAt = Waiting.NO_DEADLINE;
        while (free > 0 && !queue.isEmpty()) {
            List<Request> batch = queue.choose(now);
            if (batch.isEmpty()) {
                wakeAt = queue.lookAgainNanos();
                break;
            }
            start(batch, now);
        }
        List<Request> dropped = queue.takeDropped();
        for (int i = 0; i < dropped.size(); i++) {
            dropped.get(i).finish();
            counts.dropped(dropped.get(i));
        }
    }

    private void start(List<Request> batch, long now) {
        int rows = 0;
        long longest = 1;
        long own = 0;
        for (int i = 0; i < batch.size(); i++) {
            Request request = batch.get(i);
            rows += request.rows();
            own += request.units();
            longest = Math.max(longest, request.unitsPerRow());
        }
        long units = rows * longest;
        long nanos = Math.max(1, (long) (scenario.curve().nanos(units) * factor()));
        int instance = 0;
        while (endsAt[instance] != Waiting.NO_DEADLINE) {
            instance++;
        }
        endsAt[instance] = now + nanos;
        runs[instance] = new Run(batch, units, nanos);
        free--;
        counts.ran(rows, own, units, now, nanos);
    }

    private double factor() {
        double sigma = scenario.noise();
        return sigma == 0 ? 1 : Math.exp(sigma * noise.nextGaussian() - sigma * sigma / 2);
    }
}
