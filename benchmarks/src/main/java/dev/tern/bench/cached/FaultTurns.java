package dev.tern.bench.cached;

import dev.tern.bench.faults.Fault;
import dev.tern.bench.faults.FaultyRedis;
import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.NotMeasuredException;
import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.figures.Turns;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.metrics.CacheCounts;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.WindowWatch;
import dev.tern.bench.verify.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The same requests at the same times by the model without a cache, and by the one with it under each fault of its Redis in
 * turn. A fault lasts for the first half of the measured window.
 */
final class FaultTurns {
    /** {@code tern.cache.l2_budget_us} by default, in milliseconds. */
    private static final double BUDGET_MILLIS = 5;

    private static final double LOAD = 0.5;
    private static final double WELL = 0.95;
    private static final int LOOKS = 30;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final String OFF = "off";

    private final Bench bench;
    private final Lab lab;
    private final FaultyRedis redis;

    /**
     * What was seen in a turn.
     *
     * @param wrong requests that failed or whose answers were wrong
     * @param found the share of look-ups in Redis that found an answer
     */
    record Look(double p50Millis, double p99Millis, double maxMillis, long wrong, double found) {}

    FaultTurns(Bench bench, Lab lab, FaultyRedis redis) {
        this.bench = bench;
        this.lab = lab;
        this.redis = redis;
    }

    List<Figure> figures(List<Fault> faults) {
        lab.warmUp(Trial.few(Variant.OFF, FarFaults.ROWS, Trial.crowd()));
        lab.warmUp(Trial.few(Variant.CACHED, FarFaults.ROWS, Trial.crowd()));
        double rate = LOAD * lab.capacity(Variant.OFF, FarFaults.ROWS);
        Map<String, List<Look>> looks =
                Turns.measure(bench.settings().repeat(), repetition -> looks(faults, rate, repetition), Supplier::get);
        return figures(rate, faults, looks);
    }

    private Map<String, Supplier<Look>> looks(List<Fault> faults, double rate, int repetition) {
        PoissonLoad load = new PoissonLoad(rate, repetition + 1L);
        Map<String, Supplier<Look>> looks = new LinkedHashMap<>();
        looks.put(OFF, () -> look(OFF, Trial.few(Variant.OFF, FarFaults.ROWS, load), WindowWatch.NONE));
        for (Fault each : faults) {
            looks.put(each.text(), () -> struck(each, Trial.few(Variant.CACHED, FarFaults.ROWS, load)));
        }
        return looks;
    }

    /** From a Redis that is well to one that has been well again for half of the window. */
    private Look struck(Fault fault, Trial trial) {
        awaitWell(fault);
        Blow blow = new Blow(fault);
        Look look = look("Redis " + fault.text(), trial, blow);
        blow.awaitEnd();
        return look;
    }

    private void awaitWell(Fault next) {
        Trial trial = Trial.few(Variant.CACHED, FarFaults.ROWS, new ClosedLoad(1));
        for (int looks = 0; looks < LOOKS; looks++) {
            if (lab.run(trial, Duration.ZERO, LOOK).cache().farHitRatio() >= WELL) {
                return;
            }
        }
        throw new NotMeasuredException("the server finds nothing in Redis before it is to be " + next.text());
    }

    private Look look(String name, Trial trial, WindowWatch watch) {
        CacheCounts before = lab.counts(trial.model());
        RunResult result = lab.checked(trial, watch);
        Measurement measured = result.measurement();
        Look look = new Look(
                measured.latencies().getValueAtPercentile(50) / 1e6,
                measured.latencies().getValueAtPercentile(99) / 1e6,
                measured.latencies().getMaxValue() / 1e6,
                measured.sent()
                        - measured.answered()
                        + result.verdict().map(Verdict::mismatched).orElse(0L),
                lab.counts(trial.model()).since(before).farHitRatio());
        bench.progress(Texts.format(
                "%s: %,.0f/s, p50 %.2f ms, p99 %.2f ms, largest %.1f ms, failed or wrong %d, found in Redis %.2f%s",
                name,
                measured.perSecond(),
                look.p50Millis(),
                look.p99Millis(),
                look.maxMillis(),
                look.wrong(),
                look.found(),
                measured.isGeneratorLimited() ? ", the load tester was at its limit" : ""));
        return look;
    }

    static List<Figure> figures(double rate, List<Fault> faults, Map<String, List<Look>> looks) {
        List<Figure> figures = new ArrayList<>();
        String load = Texts.format("%s, %,.0f requests/s: ", Trial.rows(FarFaults.ROWS), rate);
        Series own = Series.of(load + "without a cache, p99 ms", Turns.readings(looks, OFF), Look::p99Millis);
        for (Fault each : faults) {
            List<Look> seen = Turns.readings(looks, each.text());
            String name = load + "Redis " + (each == Fault.NONE ? "well" : each.text());
            Series p99 = Series.of(name + ", p99 ms", seen, Look::p99Millis);
            figures.add(new Figure(
                    less(name + ", p99 less the model's own, ms", p99, own),
                    Goal.atMost(BUDGET_MILLIS),
                    List.of(
                            p99,
                            own,
                            Series.of(name + ", p50 ms", seen, Look::p50Millis),
                            Series.of(name + ", largest ms", seen, Look::maxMillis),
                            Series.of(name + ", found in Redis", seen, Look::found))));
            figures.add(new Figure(
                    Series.of(name + ", requests failed or answered wrongly", seen, Look::wrong),
                    Goal.atMost(0),
                    List.of()));
        }
        return figures;
    }

    private static Series less(String name, Series all, Series own) {
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < all.values().size(); i++) {
            more.add(all.values().get(i) - own.values().get(i));
        }
        return new Series(name, more);
    }

    /** Does a fault when the measured window begins. */
    private final class Blow implements WindowWatch {
        private final Fault fault;
        private volatile @Nullable Future<?> end;

        Blow(Fault fault) {
            this.fault = fault;
        }

        @Override
        public void began() {
            end = redis.strike(fault, bench.settings().duration().dividedBy(2));
        }

        @Override
        public void ended() {}

        void awaitEnd() {
            try {
                Future<?> struck = Optional.ofNullable(end)
                        .orElseThrow(() -> new NotMeasuredException("nothing was sent for the fault " + fault.text()));
                Object unused = struck.get();
            } catch (ExecutionException e) {
                throw new NotMeasuredException("the fault '" + fault.text() + "' could not be done: " + e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NotMeasuredException("it was interrupted");
            }
        }
    }
}
