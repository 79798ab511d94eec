package dev.tern.bench.cached;

import dev.tern.bench.figures.CpuWatch;
import dev.tern.bench.figures.FewReadings;
import dev.tern.bench.figures.NotMeasuredException;
import dev.tern.bench.figures.Reading;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.figures.Turns;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.metrics.CacheCounts;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.run.WindowWatch;
import dev.tern.bench.target.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/** Trials against one running server. Used by one thread. */
final class Lab {
    private static final int CONNECTIONS = 4;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Duration RECORDING = Duration.ofMillis(100);

    /** Of answers; rows of other batches may differ in their last bits. */
    private static final double TOLERANCE = 1e-4;

    /** Of what is first in a JVM. */
    static final int FIRST_WARM_UP = 3;

    /** Requests of their own for what is not a repetition; repetitions count from 1. */
    private static final long WARM_UP_SEED = 3_000;

    private static final long CAPACITY_SEED = 2_000;
    private static final long FILLING_SEED = 1_000;

    private final ServerProcess server;
    private final Bench bench;
    private boolean warm;

    Lab(ServerProcess server, Bench bench) {
        this.server = server;
        this.bench = bench;
    }

    ServerProcess server() {
        return server;
    }

    /** Measures one trial; blocks. */
    Outcome measure(Trial trial) {
        Outcome outcome = run(trial, bench.settings().settle(), bench.settings().duration());
        bench.journal(new TrialReading(trial.describe(), outcome.reading()));
        bench.progress(Texts.format(
                "%s: %,.0f/s, mean %.3f ms, CPU %.0f%%%s",
                trial.describe(),
                outcome.perSecond(),
                outcome.meanMillis(),
                100 * outcome.reading().cpuShare(),
                outcome.cache().lookUps() > 0 ? Texts.format(", hit ratio %.3f", outcome.hitRatio()) : ""));
        return outcome;
    }

    /** The same load on several models in turn; outcomes are found by their names. */
    Map<String, List<Outcome>> turns(List<Variant> variants, TrialOf trial) {
        IntFunction<Map<String, Trial>> trials = repetition -> {
            Map<String, Trial> all = new LinkedHashMap<>();
            variants.forEach(each -> all.put(each.model(), trial.of(each, repetition + 1)));
            return all;
        };
        return Turns.measure(bench.settings().repeat(), trials, this::measure);
    }

    /** A model's trial in a repetition, from 1. */
    interface TrialOf {
        Trial of(Variant variant, int repetition);
    }

    /** Loads a model that is not measured yet; the server's first model longer. */
    void warmUp(Trial trial) {
        bench.progress("warm-up: " + trial.describe());
        run(trial, Duration.ZERO, bench.settings().warmUp().multipliedBy(warm ? 1 : FIRST_WARM_UP));
        warm = true;
    }

    /** Loads a model with requests that come again. */
    void warmUp(Variant variant, int rows) {
        warmUp(Trial.repeating(variant, rows, Trial.crowd(), WARM_UP_SEED));
    }

    /**
     * Requests per second that a crowd of callers gets: the median of a few readings.
     *
     * @throws NotMeasuredException when it gets none
     */
    double capacity(Variant variant, int rows) {
        return FewReadings.capacity(
                bench.settings().repeat(),
                i -> measure(Trial.repeating(variant, rows, Trial.crowd(), CAPACITY_SEED + i))
                        .perSecond(),
                "by " + variant.model());
    }

    /** Loads a model at full speed until its cache is full and the hit ratio steady, or for as long as is allowed. */
    Filled fill(Variant variant, int rows) {
        CacheSettings.Filling filling = bench.settings().filling();
        List<Outcome> windows = new ArrayList<>();
        Steady steady = new Steady();
        boolean done = false;
        for (Duration spent = Duration.ZERO;
                !done && spent.compareTo(filling.longest()) < 0;
                spent = spent.plus(filling.window())) {
            Trial trial = Trial.repeating(variant, rows, Trial.crowd(), FILLING_SEED + windows.size());
            Outcome outcome = run(trial, Duration.ZERO, filling.window());
            windows.add(outcome);
            done = steady.isReached(outcome.known(), outcome.cache().entries());
        }
        Filled filled = new Filled(windows, filling.window(), done);
        bench.progress(filled.describe());
        warm = true;
        return filled;
    }

    /** What the server has counted for a model so far. */
    CacheCounts counts(String model) {
        return CacheCounts.of(server.metrics(), model);
    }

    /** Makes a trial that is in no journal; blocks. */
    Outcome run(Trial trial, Duration settle, Duration duration) {
        CacheCounts before = counts(trial.model());
        CpuWatch cpu = new CpuWatch(server::cpu);
        BenchRun run = new BenchRun(settings(trial, settle, duration), cpu);
        Measurement measured = bench.stop().unlessStopped(run::stop, run::run).measurement();
        return new Outcome(
                trial,
                Reading.of(measured, cpu.used()),
                measured.latencies().getValueAtPercentile(50) / 1e3,
                counts(trial.model()).since(before));
    }

    /** Sends a trial's requests alone, and writes their answers down as the right ones. */
    void record(Trial trial, Path answers) {
        watched(
                trial,
                Duration.ZERO,
                RECORDING,
                new Verification(OptionalDouble.empty(), Optional.empty(), Optional.of(answers)),
                WindowWatch.NONE);
    }

    /**
     * Measures a trial with its answers held against those that were recorded; blocks.
     *
     * @param settle how long its load runs before the window
     * @param watch told when the measured window begins and ends
     */
    RunResult checked(Trial trial, Path answers, Duration settle, WindowWatch watch) {
        Verification recorded = new Verification(OptionalDouble.of(TOLERANCE), Optional.of(answers), Optional.empty());
        return journalled(trial, settle, recorded, watch);
    }

    /** Measures a trial; blocks. */
    RunResult plain(Trial trial) {
        return journalled(trial, bench.settings().settle(), Verification.NONE, WindowWatch.NONE);
    }

    private RunResult journalled(Trial trial, Duration settle, Verification verification, WindowWatch watch) {
        CpuWatch cpu = new CpuWatch(server::cpu);
        RunResult result = watched(trial, settle, bench.settings().duration(), verification, cpu.and(watch));
        bench.journal(new TrialReading(trial.describe(), Reading.of(result.measurement(), cpu.used())));
        return result;
    }

    private RunResult watched(
            Trial trial, Duration settle, Duration duration, Verification verification, WindowWatch watch) {
        BenchRun run = new BenchRun(settings(trial, settle, duration, verification), watch);
        return bench.stop().unlessStopped(run::stop, run::run);
    }

    private RunSettings settings(Trial trial, Duration settle, Duration duration) {
        return settings(trial, settle, duration, Verification.NONE);
    }

    private RunSettings settings(Trial trial, Duration settle, Duration duration, Verification verification) {
        return new RunSettings(
                new HostPort("127.0.0.1", server.port()),
                List.of(new ModelSettings(
                        RequestHead.of(trial.model(), ""), trial.inputs(), trial.keys(), 1, DEADLINE)),
                trial.seed(),
                trial.load(),
                CONNECTIONS,
                1,
                settle,
                Optional.of(duration),
                OptionalLong.empty(),
                verification);
    }
}
