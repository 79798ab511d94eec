package dev.tern.bench.figures;

import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.target.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Trials against a running server. Used by one thread. */
final class ServedLab implements Lab {
    /** The name of the thread of a background load. */
    static final String BACKGROUND = "tern-bench-background";

    private static final int CONNECTIONS = 4;
    private static final long SEED = 1;
    private static final int DISTINCT = 64;
    /** Enough for the lengths of a pool to be spread as their distribution. */
    private static final int DISTINCT_LENGTHS = 1_000;

    private final ServerProcess server;
    private final FiguresSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;
    private final List<TrialReading> journal = new ArrayList<>();

    /** @param stop ends the trial that is under way */
    ServedLab(ServerProcess server, FiguresSettings settings, StopSignal stop, Consumer<String> progress) {
        this.server = server;
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    /** Loads a model to warm it up. */
    void warmUp(Trial trial, Duration time) {
        progress.accept("warm-up: " + trial.describe());
        result(new BenchRun(run(trial, Duration.ZERO, Optional.of(time))));
    }

    @Override
    public Reading measure(Trial trial) {
        Reading reading = trial.background()
                .map(other -> besides(other, () -> alone(trial)))
                .orElseGet(() -> alone(trial));
        journal.add(new TrialReading(trial.describe(), reading));
        progress.accept(Texts.format(
                "%s: %,.0f/s, p99 %.2f ms, CPU %.0f%%",
                trial.describe(), reading.perSecond(), reading.p99Millis(), 100 * reading.cpuShare()));
        return reading;
    }

    /** Every trial so far. */
    List<TrialReading> journal() {
        return List.copyOf(journal);
    }

    private Reading alone(Trial trial) {
        CpuWatch cpu = new CpuWatch(server::cpu);
        BenchRun run = new BenchRun(run(trial, settings.settle(), Optional.of(settings.duration())), cpu);
        return Reading.of(result(run).measurement(), cpu.used());
    }

    private RunResult result(BenchRun run) {
        return stop.unlessStopped(run::stop, run::run);
    }

    /** The other load comes up while the measured one connects and settles. */
    private Reading besides(Trial other, Supplier<Reading> measured) {
        BenchRun background = new BenchRun(run(other, Duration.ZERO, Optional.empty()));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        background.run();
                        ended.complete(null);
                    } catch (RuntimeException e) {
                        ended.completeExceptionally(e);
                    }
                },
                BACKGROUND);
        thread.start();
        try {
            return measured.get();
        } finally {
            background.stop();
            join(thread, ended);
        }
    }

    private static void join(Thread thread, CompletableFuture<Void> ended) {
        try {
            thread.join();
            ended.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RunSettings run(Trial trial, Duration settle, Optional<Duration> duration) {
        return new RunSettings(
                new HostPort("127.0.0.1", server.port()),
                List.of(ModelSettings.alone(
                        new RequestHead(trial.model(), "", trial.priority(), Optional.empty()),
                        InputSettings.random(
                                trial.rows(),
                                trial.shapes(),
                                List.of(),
                                trial.shapes().isEmpty() ? DISTINCT : DISTINCT_LENGTHS),
                        trial.deadline())),
                SEED,
                trial.load(),
                CONNECTIONS,
                1,
                settle,
                duration,
                OptionalLong.empty(),
                Verification.NONE);
    }
}
