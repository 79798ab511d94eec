package dev.tern.server.boot.assembly;

import dev.tern.server.batching.Runners;
import dev.tern.server.boot.caches.ResponseCaches;
import dev.tern.server.boot.drift.DriftMonitors;
import dev.tern.server.boot.ensembles.RoutedSteps;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.process.Closeables;
import dev.tern.server.boot.process.SystemClock;
import dev.tern.server.boot.process.ThreadTime;
import dev.tern.server.boot.process.Threads;
import dev.tern.server.boot.versions.BuiltInFactory;
import dev.tern.server.boot.versions.EnsembleFactory;
import dev.tern.server.boot.versions.HostPolicies;
import dev.tern.server.boot.versions.IdleTime;
import dev.tern.server.boot.versions.LoadPace;
import dev.tern.server.boot.versions.OnnxVersionFactory;
import dev.tern.server.boot.versions.PlatformFactory;
import dev.tern.server.boot.versions.PromptFactory;
import dev.tern.server.boot.versions.Seats;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.TrialLoad;
import dev.tern.server.host.LowPriority;
import dev.tern.server.host.Niceness;
import dev.tern.server.predict.Clock;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.RepositoryOptions;
import dev.tern.server.repository.RepositoryThreads;
import dev.tern.server.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Puts the model repository together: where models are, who loads them, what a version is made of. */
public final class Models {
    /** HotSpot's threads. The first compiler, C1, is quick, and what it has not compiled is interpreted. */
    private static final String OPTIMISING_COMPILER = "C2 Compiler";

    /** Times the timeout of a trial that has a core to itself. */
    private static final int PATIENCE = 10;

    private final ServerOptions options;
    private final Closeables closeables;
    private final TrialLoad trialLoad;
    private final Niceness niceness;
    private final Executor control;
    private final Loaders loaders;
    private final Loaders looks;
    private final RoutedSteps steps;
    private final ModelRepository repository;

    public Models(
            ServerOptions options,
            Closeables closeables,
            Runners runners,
            Clock clock,
            Meters meters,
            ResponseCaches caches)
            throws IOException, EngineException {
        this.options = options;
        this.closeables = closeables;
        List<Path> paths = new ArrayList<>(options.models().repositories());
        this.niceness = new Niceness(options.execution().backgroundNiceness());
        this.loaders = loaders("tern-loader", options.models().loadThreads());
        this.trialLoad = trialLoad();
        TrialLoad check = trialLoad;
        if (options.models().demo()) {
            DemoRepository demo = closeables.add(DemoRepository.unpack());
            paths.add(demo.directory());
            check = exceptFor(demo, trialLoad);
        }
        this.looks = loaders("tern-repository", 1);
        OnnxVersionFactory factory = new OnnxVersionFactory(
                options.models().autoComplete(),
                options.execution(),
                check,
                HostPolicies.of(options.execution().hostPolicies()),
                new Seats(runners, options.execution().rateLimited()),
                idleTime(closeables),
                clock,
                new LoadPace(
                        loaders::givesWay, clock::nanoTime, ThreadTime.isKnown() ? ThreadTime::nanos : clock::nanoTime),
                meters,
                caches,
                new DriftMonitors(drift(), meters));
        RepositoryOptions settings = new RepositoryOptions(
                paths,
                options.models().configName().orElse(""),
                options.lifecycle().strictReadiness(),
                options.models().control());
        this.control = executor(Executors.newSingleThreadExecutor(Threads.named("tern-control")));
        this.steps = new RoutedSteps(clock, meters);
        this.repository = new ModelRepository(
                settings,
                new PlatformFactory(
                        new PromptFactory(factory, prompt()),
                        new EnsembleFactory(steps, meters, clock),
                        new BuiltInFactory(meters, clock)),
                new RepositoryThreads(control, loaders, clearing(), looks),
                clock);
        steps.in(repository);
    }

    private static IdleTime idleTime(Closeables closeables) {
        Clock idle = closeables.add(new SystemClock(LowPriority.of(Threads.named("tern-background-timer"))));
        return new IdleTime(
                closeables.add(new Runners(1, LowPriority.of(Threads.named("tern-background")), idle)), idle);
    }

    /**
     * From now on, loads and looks give way to requests, and so does the JVM's optimising compiler: on one core it was
     * seen to take two thirds of it for a quarter of a minute, after a change of load.
     */
    void giveWay() {
        niceness.giveWay(name -> name.startsWith(OPTIMISING_COMPILER));
        loaders.giveWay();
        looks.giveWay();
    }

    /** Whether they do. */
    boolean givesWay() {
        return loaders.givesWay();
    }

    /** Has requests of ensembles' steps split and copied, as callers' are. */
    void route(Traffic traffic) {
        steps.by(traffic);
    }

    /** The thread on which models change. */
    Executor control() {
        return control;
    }

    /** The repository, of which nothing is loaded before {@link ModelRepository#start}. */
    public ModelRepository repository() {
        return repository;
    }

    /** {@link ModelRepository#shutdown}, without waiting for trial loads: they are ended. */
    CompletableFuture<List<String>> shutdown(long deadlineNanos) {
        CompletableFuture<List<String>> stopped = repository.shutdown(deadlineNanos);
        trialLoad.stop();
        return stopped;
    }

    /** The demo models were loaded by the build's tests and need no trial. */
    private static TrialLoad exceptFor(DemoRepository demo, TrialLoad others) {
        return (model, settings) -> {
            if (!model.file().startsWith(demo.directory())) {
                others.check(model, settings);
            }
        };
    }

    /** A trial gives way as the loader does that starts it. */
    private Duration trialTimeout(Duration given) {
        return loaders.givesWay() ? given.multipliedBy(PATIENCE) : given;
    }

    private TrialLoad trialLoad() {
        Duration given = options.models().trialLoadTimeout();
        return options.models().trialLoad()
                ? TrialLoad.inChildProcess(
                        options.models().stateDirectory(), () -> trialTimeout(given), InstantSource.system())
                : TrialLoad.off();
    }

    private Loaders loaders(String role, int threads) {
        Loaders made = new Loaders(threads, Threads.named(role), niceness);
        executor(made);
        return made;
    }

    /** They begin now: a thread gives way where the one does that started it. */
    private ExecutorService prompt() {
        Loaders made = loaders("tern-prompt-loader", options.models().loadThreads());
        int unused = made.prestartAllCoreThreads();
        return made;
    }

    /** It looks at every kept answer; nobody who asks for anything else has to wait for that. */
    private ExecutorService clearing() {
        return executor(Executors.newSingleThreadExecutor(Threads.named("tern-cache-clear")));
    }

    /** It computes statistics of what requests leave it; started by the first model that is watched. */
    private ScheduledExecutorService drift() {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, Threads.named("tern-drift"));
        thread.setRemoveOnCancelPolicy(true);
        closeables.add((AutoCloseable) thread::shutdownNow);
        return thread;
    }

    private ExecutorService executor(ExecutorService executor) {
        closeables.add((AutoCloseable) executor::shutdownNow);
        return executor;
    }
}
