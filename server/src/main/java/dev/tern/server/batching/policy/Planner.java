package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Callers.Population;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Chooses among the {@link Candidates} by replaying the last arrivals, and remembers.
 *
 * <p>Each replay of some thousand arrivals is a noisy sample, but all candidates meet the same arrivals: what is
 * compared are differences, averaged over the replays since traffic or execution times last changed.
 */
final class Planner {
    /** Waiting has to promise this much, as a logarithm, over not waiting; twice and more on a single trace. */
    private static final double WORTH_WAITING = 0.03;

    private static final double STILL_WORTH_WAITING = 0.015;
    private static final double NOISE = 0.15;
    private static final double TIE = 0.005;
    private static final double STAY = 0.02;
    /** The mean decides where the percentile hardly does. */
    private static final double MEAN_WEIGHT = 0.1;
    /** Callers in a closed loop send more when they wait less: for them the throughput counts as much. */
    private static final double THROUGHPUT_WEIGHT = 1;

    /** Execution times or callers that differ by more than this make the replays so far worthless. */
    private static final double CHANGE = 1.1;

    /** Where instances are busy for less of their time, execution time is not worth saving. */
    private static final double QUIET = 0.25;

    private static final double MEMORY = 0.15;
    private static final int STEP_ARRIVALS = 2_500;
    private static final int FEW_TRACES = 3;
    private static final int MANY_TRACES = 8;
    /** In a closed loop the other way round: the batch is full in time, and the window only has to outlast a run. */
    private static final Comparator<Score> SHORTER_WAIT = Comparator.comparingLong(
                    (Score score) -> score.plan.windowNanos())
            .thenComparingInt(score -> score.plan.rowsToWaitFor());

    private final AdaptiveSettings settings;
    private final ExecutionTimes times;
    private final int instances;
    private final Replay replay;
    private final long[] runNanos;
    private long[] runNanosAtStart = {};
    private Population populationAtStart = Population.OPEN;
    private Trace trace = new Trace(0);
    private Population population = Population.OPEN;
    private double slow = 1;
    private int next;
    private List<Score> scores = List.of();
    private double enoughNanosPerRow;
    private int traces;

    Planner(AdaptiveSettings settings, int maxBatchSize, int instances, ExecutionTimes times, int capacity) {
        this.settings = settings;
        this.times = times;
        this.instances = instances;
        this.runNanos = new long[maxBatchSize + 1];
        this.replay = new Replay(instances, capacity);
    }

    /** Trusts the next traces more: traffic may be changing. */
    void doubt() {
        traces = Math.min(traces, FEW_TRACES);
    }

    /** Whether one more trace would hardly change the choice while traffic stays as it is. */
    boolean settled() {
        return traces >= MANY_TRACES;
    }

    /** Begins a round: every candidate is to meet these arrivals, which must not change until it is over. */
    void begin(Trace arrivals, Population callers, double unitsPerRow) {
        trace = arrivals;
        population = callers;
        readTimes(unitsPerRow);
        if (changed()) {
            restart();
        }
        traces++;
        next = 0;
        enoughNanosPerRow = population.closed() ? 0 : QUIET * instances / trace.rowsPerNano();
        slow = settings.hasObjective() ? (double) times.likelyMaxNanos(1) / runNanos[1] : 1;
    }

    /** Replays a candidate, or a few where the trace is short; returns whether more are left in this round. */
    boolean step() {
        double gain = Math.max(1.0 / traces, MEMORY);
        int slice = Math.max(1, STEP_ARRIVALS / trace.count);
        int end = Math.min(scores.size(), next + slice);
        for (; next < end; next++) {
            Score score = scores.get(next);
            replay.run(trace, population, runNanos, slow, score.plan);
            score.add(replay, settings.percentile(), gain);
        }
        return next < scores.size();
    }

    /** The plan for this traffic, once a round is over. */
    Score choose(Plan current) {
        return settings.hasObjective() ? mostEfficient(current) : fastest(current);
    }

    private void readTimes(double unitsPerRow) {
        for (int rows = 1; rows < runNanos.length; rows++) {
            runNanos[rows] = Math.max(1, times.expectedNanos(Math.round(rows * unitsPerRow)));
        }
    }

    private boolean changed() {
        boolean changed = scores.isEmpty()
                || population.closed() != populationAtStart.closed()
                || Plan.isFar(population.callers(), populationAtStart.callers(), CHANGE);
        for (int rows = 1; rows < runNanos.length && !changed; rows++) {
            changed = Plan.isFar((double) runNanos[rows], (double) runNanosAtStart[rows], CHANGE);
        }
        return changed;
    }

    /** Forgets the replays: callers or execution times are not what they were. */
    private void restart() {
        runNanosAtStart = runNanos.clone();
        populationAtStart = population;
        scores = Candidates.of(settings, instances, runNanos, population, trace.rowsPerRequest()).stream()
                .map(Score::new)
                .toList();
        traces = 0;
    }

    private Score fastest(Plan current) {
        double immediate = least(score -> score.plan.windowNanos() == 0, this::latency);
        double gain = immediate - least(score -> true, this::latency);
        double needed = current.windowNanos() > 0 ? STILL_WORTH_WAITING : WORTH_WAITING + NOISE / Math.sqrt(traces);
        return pick(score -> gain >= needed || score.plan.windowNanos() == 0, this::latency, current);
    }

    private double latency(Score score) {
        return populationAtStart.closed()
                ? Math.log(score.percentile) + THROUGHPUT_WEIGHT * Math.log(score.cost)
                : Math.log(score.percentile) + MEAN_WEIGHT * Math.log(score.mean);
    }

    private Score mostEfficient(Plan current) {
        double limit = settings.objectiveNanos() * Candidates.MARGIN;
        Predicate<Score> within = score -> score.percentile <= limit;
        return scores.stream().anyMatch(within)
                ? pick(within, score -> Math.log(Math.max(score.cost, enoughNanosPerRow)), current)
                : pick(score -> true, score -> Math.log(score.percentile), current);
    }

    private double least(Predicate<Score> allowed, ToDoubleFunction<Score> measure) {
        return scores.stream().filter(allowed).mapToDouble(measure).min().orElseThrow();
    }

    /** The easiest wait among those as good as the best; the current plan for as long as it is nearly as good. */
    private Score pick(Predicate<Score> allowed, ToDoubleFunction<Score> measure, Plan current) {
        double least = least(allowed, measure);
        return scores.stream()
                .filter(allowed)
                .filter(score -> measure.applyAsDouble(score) <= least + (score.plan.equals(current) ? STAY : TIE))
                .min(Comparator.comparing((Score score) -> !score.plan.equals(current))
                        .thenComparing(score -> score.plan.windowNanos() > 0)
                        .thenComparing(populationAtStart.closed() ? SHORTER_WAIT.reversed() : SHORTER_WAIT))
                .orElseThrow();
    }

    /** What the replays say of one candidate; nanoseconds. */
    static final class Score {
        private final Plan plan;
        private double percentile;
        private double mean;
        private double cost;

        Score(Plan plan) {
            this.plan = plan;
        }

        private void add(Replay replay, double rank, double gain) {
            percentile += (replay.percentileNanos(rank) - percentile) * gain;
            mean += (replay.meanNanos() - mean) * gain;
            cost += (replay.nanosPerRow() - cost) * gain;
        }

        Plan plan() {
            return plan;
        }

        long percentileNanos() {
            return (long) percentile;
        }
    }
}
