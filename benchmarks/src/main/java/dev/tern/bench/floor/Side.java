package dev.tern.bench.floor;

import dev.tern.bench.input.InputSettings;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.process.JvmMeter;
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

/** One of the two servers, echo or Tern, under loads of one workload. */
final class Side {
    static final long SEED = 1;
    private static final int DISTINCT = 64;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Workload workload;
    private final FloorSettings settings;
    private final int port;
    private final JvmMeter meter;

    Side(Workload workload, FloorSettings settings, int port, JvmMeter meter) {
        this.workload = workload;
        this.settings = settings;
        this.port = port;
        this.meter = meter;
    }

    /** Loads it without measuring. */
    void warmUp() {
        run(new ClosedLoad(settings.callers()), Duration.ZERO, settings.warmUp(), WindowWatch.NONE);
    }

    /** A closed loop; the rows a run are not known here. */
    Cost closed(int callers) {
        UsageWatch watch = new UsageWatch(meter);
        Measurement measured = run(new ClosedLoad(callers), settings.settle(), settings.duration(), watch);
        if (measured.hasErrors()) {
            throw new TargetException("requests failed, so that the rest is no measure: " + measured.errors());
        }
        return Cost.of(measured, watch.used());
    }

    /** An open loop of Poisson arrivals, for its latencies. */
    Measurement open(double rate, int repetition, Duration duration) {
        return run(new PoissonLoad(rate, repetition + 1L), settings.settle(), duration, WindowWatch.NONE);
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
        return new BenchRun(run, watch).run().measurement();
    }
}
