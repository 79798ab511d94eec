package dev.tern.bench.floor;

import dev.tern.bench.figures.Reading;
import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.process.JvmMeter;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.run.WindowWatch;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.TargetException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** One of the two servers, echo or Tern, under loads of one workload. */
final class Side {
    static final long SEED = 1;
    static final int DISTINCT = 64;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final String name;
    private final Workload workload;
    private final FloorSettings settings;
    private final int port;
    private final JvmMeter meter;
    private final StopSignal stop;
    private final Consumer<TrialReading> journal;

    /**
     * Makes a side.
     *
     * @param stop ends a load that is under way
     * @param journal is told what each load gave
     */
    Side(
            String name,
            Workload workload,
            FloorSettings settings,
            int port,
            JvmMeter meter,
            StopSignal stop,
            Consumer<TrialReading> journal) {
        this.name = name;
        this.workload = workload;
        this.settings = settings;
        this.port = port;
        this.meter = meter;
        this.stop = stop;
        this.journal = journal;
    }

    /** Loads it without measuring. */
    void warmUp() {
        run(new ClosedLoad(settings.callers()), Duration.ZERO, settings.warmUp(), WindowWatch.NONE);
    }

    /** A closed loop; the rows a run are not known here. */
    Cost closed(int callers) {
        UsageWatch watch = new UsageWatch(meter);
        LoadPlan load = new ClosedLoad(callers);
        Measurement measured = run(load, settings.settle(), settings.duration(), watch);
        tell(load, measured, watch);
        if (measured.hasErrors()) {
            throw new TargetException("requests failed, so that the rest is no measure: " + measured.errors());
        }
        return Cost.of(measured, watch.used());
    }

    /** An open loop of Poisson arrivals, for its latencies. */
    Measurement open(double rate, int repetition, Duration duration) {
        UsageWatch watch = new UsageWatch(meter);
        LoadPlan load = new PoissonLoad(rate, repetition + 1L);
        Measurement measured = run(load, settings.settle(), duration, watch);
        tell(load, measured, watch);
        return measured;
    }

    private void tell(LoadPlan load, Measurement measured, UsageWatch watch) {
        Reading reading = Reading.of(measured, Duration.ofNanos(watch.used().cpuNanos()));
        journal.accept(new TrialReading(workload.name() + ", " + name + ", " + load.describe(), reading));
    }

    private Measurement run(LoadPlan load, Duration settle, Duration duration, WindowWatch watch) {
        RunSettings run = new RunSettings(
                new HostPort("127.0.0.1", port),
                List.of(ModelSettings.alone(
                        workload.head(),
                        InputSettings.random(workload.rows(), workload.shapes(), List.of(), DISTINCT),
                        DEADLINE)),
                SEED,
                load,
                settings.connections(),
                1,
                settle,
                Optional.of(duration),
                OptionalLong.empty(),
                Verification.NONE);
        BenchRun under = new BenchRun(run, watch);
        return stop.unlessStopped(under::stop, under::run).measurement();
    }
}
