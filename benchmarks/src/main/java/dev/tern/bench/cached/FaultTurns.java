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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The same requests at the same times by the model without a cache, and by the one with it under each fault of its Redis in
 * turn: while the fault lasts, and again from the moment it has ended.
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
    private final Path answers;

    /**
     * What was seen in a turn.
     *
     * @param firstSecondP99Millis of what ended in the window's first second
     * @param wrong requests that failed or whose answers were wrong
     * @param found the share of look-ups in Redis that found an answer
     */
    record Look(
            double p50Millis,
            double p99Millis,
            double firstSecondP99Millis,
            double maxMillis,
            long wrong,
            double found) {}

    /** @param answers where the right answers are kept; not there yet */
    FaultTurns(Bench bench, Lab lab, FaultyRedis redis, Path answers) {
        this.bench = bench;
        this.lab = lab;
        this.redis = redis;
        this.answers = answers;
    }

    /** A fault, and what came when it had ended; without one both are the same. */
    record Turn(Look during, Look after) {}

    List<Figure> figures(List<Fault> faults) {
        // Redis is empty: they are the model's own.
        lab.record(Trial.few(Variant.CACHED, FarFaults.ROWS, new ClosedLoad(1)), answers);
        lab.warmUp(Trial.few(Variant.OFF, FarFaults.ROWS, Trial.crowd()));
        lab.warmUp(Trial.few(Variant.CACHED, FarFaults.ROWS, Trial.crowd()));
        double rate = LOAD * lab.capacity(Variant.OFF, FarFaults.ROWS);
        Map<String, List<Turn>> turns =
                Turns.measure(bench.settings().repeat(), repetition -> turns(faults, rate, repetition), Supplier::get);
        return figures(rate, faults, turns);
    }

    private Map<String, Supplier<Turn>> turns(List<Fault> faults, double rate, int repetition) {
        PoissonLoad load = new PoissonLoad(rate, repetition + 1L);
        Map<String, Supplier<Turn>> turns = new LinkedHashMap<>();
        turns.put(OFF, () -> off(Trial.few(Variant.OFF, FarFaults.ROWS, load)));
        for (Fault each : faults) {
            turns.put(each.text(), () -> struck(each, Trial.few(Variant.CACHED, FarFaults.ROWS, load)));
        }
        return turns;
    }

    private Turn off(Trial trial) {
        Look look = look(OFF, trial, () -> lab.plain(trial));
        return new Turn(look, look);
    }

    /** A Redis that is well, then is not as long as a window lasts, then is again. */
    private Turn struck(Fault fault, Trial trial) {
        awaitWell(fault);
        WindowWatch blow = new WindowWatch() {
            @Override
            public void began() {
                redis.begin(fault);
            }

            @Override
            public void ended() {}
        };
        Duration settle = bench.settings().settle();
        Look during = look("Redis " + fault.text(), trial, () -> lab.checked(trial, answers, settle, blow));
        try {
            redis.end(fault);
        } catch (IOException e) {
            throw new NotMeasuredException(String.valueOf(e.getMessage()));
        }
        if (fault != Fault.NONE && !(during.found() < WELL)) {
            throw new NotMeasuredException("the server did not feel the fault " + fault.text());
        }
        Look after = look(
                "after Redis " + fault.text(),
                trial,
                () -> lab.checked(trial, answers, Duration.ZERO, WindowWatch.NONE));
        return new Turn(during, after);
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

    private Look look(String name, Trial trial, Supplier<RunResult> run) {
        CacheCounts before = lab.counts(trial.model());
        RunResult result = run.get();
        Measurement measured = result.measurement();
        Look look = new Look(
                measured.latencies().getValueAtPercentile(50) / 1e6,
                measured.latencies().getValueAtPercentile(99) / 1e6,
                result.observed().seconds().isEmpty()
                        ? Double.NaN
                        : result.observed().seconds().get(0).p99() / 1e6,
                measured.latencies().getMaxValue() / 1e6,
                measured.sent()
                        - measured.answered()
                        + result.verdict().map(Verdict::mismatched).orElse(0L),
                lab.counts(trial.model()).since(before).farHitRatio());
        bench.progress(Texts.format(
                "%s: %,.0f/s, p50 %.2f ms, p99 %.2f ms (first second %.2f), largest %.1f ms, failed or wrong %d, found in Redis %.2f%s",
                name,
                measured.perSecond(),
                look.p50Millis(),
                look.p99Millis(),
                look.firstSecondP99Millis(),
                look.maxMillis(),
                look.wrong(),
                look.found(),
                measured.isGeneratorLimited() ? ", the load tester was at its limit" : ""));
        return look;
    }

    static List<Figure> figures(double rate, List<Fault> faults, Map<String, List<Turn>> turns) {
        List<Figure> figures = new ArrayList<>();
        String load = Texts.format("%s, %,.0f requests/s: ", Trial.rows(FarFaults.ROWS), rate);
        Series own = Series.of(
                load + "without a cache, p99 ms",
                Turns.readings(turns, OFF),
                each -> each.during().p99Millis());
        for (Fault each : faults) {
            String name = load + "Redis " + (each == Fault.NONE ? "well" : each.text());
            List<Turn> seen = Turns.readings(turns, each.text());
            figures.addAll(figures(name, own, seen.stream().map(Turn::during).toList()));
            if (each != Fault.NONE) {
                figures.addAll(figures(
                        name + ", after it", own, seen.stream().map(Turn::after).toList()));
            }
        }
        return figures;
    }

    private static List<Figure> figures(String name, Series own, List<Look> seen) {
        Series p99 = Series.of(name + ", p99 ms", seen, Look::p99Millis);
        return List.of(
                new Figure(
                        less(name + ", p99 less the model's own, ms", p99, own),
                        Goal.atMost(BUDGET_MILLIS),
                        List.of(
                                p99,
                                own,
                                Series.of(name + ", p99 of the first second, ms", seen, Look::firstSecondP99Millis),
                                Series.of(name + ", p50 ms", seen, Look::p50Millis),
                                Series.of(name + ", largest ms", seen, Look::maxMillis),
                                Series.of(name + ", found in Redis", seen, Look::found))),
                new Figure(
                        Series.of(name + ", requests failed or answered wrongly", seen, Look::wrong),
                        Goal.atMost(0),
                        List.of()));
    }

    private static Series less(String name, Series all, Series own) {
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < all.values().size(); i++) {
            more.add(all.values().get(i) - own.values().get(i));
        }
        return new Series(name, more);
    }
}
