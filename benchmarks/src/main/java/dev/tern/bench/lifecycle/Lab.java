package dev.tern.bench.lifecycle;

import dev.tern.bench.figures.CpuWatch;
import dev.tern.bench.figures.FewReadings;
import dev.tern.bench.figures.Reading;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.run.WindowWatch;
import dev.tern.bench.target.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Loads on one running server. Used by one thread. */
final class Lab {
    private static final int CONNECTIONS = 4;
    private static final int CALLERS = 64;
    private static final int DISTINCT = 64;
    private static final long SEED = 1;
    private static final int FIRST_WARM_UP = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final ServerProcess server;
    private final LifecycleSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;
    private final List<TrialReading> journal = new ArrayList<>();

    Lab(ServerProcess server, LifecycleSettings settings, StopSignal stop, Consumer<String> progress) {
        this.server = server;
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    LifecycleSettings settings() {
        return settings;
    }

    HostPort address() {
        return new HostPort("127.0.0.1", server.port());
    }

    /** Says something on the way. */
    void progress(String line) {
        progress.accept(line);
    }

    /** Bytes of the server that are in memory now. */
    long memory() {
        return server.residentBytes();
    }

    /** The server's Prometheus page. */
    String metrics() {
        return server.metrics();
    }

    /** Every load so far but those that warm up. */
    List<TrialReading> journal() {
        return List.copyOf(journal);
    }

    /** Loads each model at full speed. */
    void warmUp(List<String> models) {
        int times = FIRST_WARM_UP;
        for (String model : models) {
            progress.accept("warm-up: " + model);
            run(
                    model,
                    new ClosedLoad(CALLERS),
                    Duration.ZERO,
                    settings.warmUp().multipliedBy(times),
                    Verification.NONE,
                    WindowWatch.NONE);
            times = 1;
        }
    }

    /** Requests per second that a crowd of callers gets of a model. */
    double capacity(String model) {
        return FewReadings.capacity(
                settings.repeat(),
                i -> told(model + ", 64 callers", model, new ClosedLoad(CALLERS), Verification.NONE, WindowWatch.NONE)
                        .measurement()
                        .perSecond(),
                "by " + model);
    }

    /** One slice of an open loop. Slices of one number get the same requests at the same times. */
    RunResult slice(String name, String model, double rate, int number, Verification verification, WindowWatch watch) {
        return told(name, model, new PoissonLoad(rate, number), verification, watch);
    }

    private RunResult told(String name, String model, LoadPlan load, Verification verification, WindowWatch watch) {
        CpuWatch cpu = new CpuWatch(server::cpu);
        RunResult result = run(model, load, settings.settle(), settings.duration(), verification, cpu.and(watch));
        Reading reading = Reading.of(result.measurement(), cpu.used());
        journal.add(new TrialReading(name + ", " + load.describe(), reading));
        progress.accept(Texts.format(
                "%s: %,.0f/s, p99 %.2f ms, CPU %.0f%%%s",
                name,
                reading.perSecond(),
                reading.p99Millis(),
                100 * reading.cpuShare(),
                reading.generatorLimited() ? ", the load tester was at its limit" : ""));
        return result;
    }

    private RunResult run(
            String model,
            LoadPlan load,
            Duration settle,
            Duration duration,
            Verification verification,
            WindowWatch watch) {
        BenchRun run = new BenchRun(
                new RunSettings(
                        address(),
                        List.of(ModelSettings.alone(
                                RequestHead.of(model, ""),
                                InputSettings.random(1, List.of(), List.of(), DISTINCT),
                                DEADLINE)),
                        SEED,
                        load,
                        CONNECTIONS,
                        1,
                        settle,
                        Optional.of(duration),
                        OptionalLong.empty(),
                        verification),
                watch);
        return stop.unlessStopped(run::stop, run::run);
    }
}
