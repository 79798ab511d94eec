package dev.tern.server.boot.assembly;

import dev.tern.server.batching.Resources;
import dev.tern.server.batching.Runners;
import dev.tern.server.boot.caches.ResponseCaches;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.process.Build;
import dev.tern.server.boot.process.Closeables;
import dev.tern.server.boot.process.LogSwitch;
import dev.tern.server.boot.process.SystemClock;
import dev.tern.server.boot.process.Threads;
import dev.tern.server.boot.rollouts.RolloutAssembly;
import dev.tern.server.boot.warmup.TrafficWarmUp;
import dev.tern.server.engine.EngineException;
import dev.tern.server.http.BindFailure;
import dev.tern.server.http.HttpServer;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.VersionWarmUp;
import dev.tern.server.rollout.Rollouts;
import dev.tern.server.rpc.GrpcPorts;
import dev.tern.server.rpc.GrpcSettings;
import dev.tern.server.rpc.HealthStates;
import dev.tern.server.rpc.InferCodec;
import dev.tern.server.rpc.WireCodec;
import dev.tern.server.telemetry.Telemetry;
import dev.tern.server.tracing.Tracing;
import dev.tern.server.traffic.Traffic;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The server, put together: threads, ports and the model repository. Ports open first, so that the server is live at
 * once; it is ready when its models are.
 */
public final class TernServer {
    private final ServerOptions options;
    private final Closeables closeables;
    private final SystemClock clock;
    private final Runners runners;
    private final Meters meters;
    private final Models models;
    private final ModelRepository repository;
    private final ServerState state;
    private final HealthStates health = new HealthStates();
    private final TrafficAssembly traffic;
    private final Rollouts rollouts;
    private final GrpcPorts grpc;
    private final HttpServer http;
    private final Ports ports;
    private final CompletableFuture<List<ModelIndex>> loaded;

    private TernServer(ServerOptions options, InferCodec codec, Closeables closeables)
            throws IOException, EngineException, BindFailure {
        this.options = options;
        this.closeables = closeables;
        this.clock = closeables.add(new SystemClock());
        Telemetry telemetry = closeables.add(new Telemetry(
                Meters.OUTCOMES,
                Build.version(),
                PooledByteBufAllocator.DEFAULT.metric()::usedDirectMemory,
                PooledByteBufAllocator.DEFAULT::pinnedDirectMemory));
        this.meters = new Meters(telemetry);
        this.runners = closeables.add(new Runners(
                options.execution().executionSlots(),
                Threads.named("tern-runner"),
                clock,
                new Resources(options.execution().resourceLimits())));
        ResponseCaches caches = ResponseCaches.open(options.responseCache(), clock, telemetry, closeables);
        telemetry.cacheMemory(caches.maxBytes());
        this.models = new Models(options, closeables, runners, clock, meters, caches);
        this.repository = models.repository();
        ServerOptions.Logging logging = options.logging();
        this.state = new ServerState(
                repository,
                closeables.add(new LogSwitch(logging.level(), logging.format())),
                closeables.add(new Tracing(logging.traces(), logging.traceFile(), Threads.named("tern-trace"))));
        repository.addListener(new ReadinessRelay(repository, health, meters));
        this.traffic = TrafficAssembly.of(repository, meters, clock, closeables);
        models.route(traffic.traffic());
        this.rollouts = RolloutAssembly.of(repository, traffic.traffic(), telemetry, clock, models.control());
        this.http = closeables.add(new HttpServer(Threads.ofNetty("tern-http")));
        this.grpc = closeables.add(grpc(codec));
        this.ports = Ports.open(options.network(), http, grpc, state, telemetry);
        // Who waits for the models finds that nothing competes with requests any more.
        this.loaded = repository.start(warmUp()).whenComplete((done, failure) -> models.giveWay());
    }

    /**
     * Opens the ports and begins to load the models.
     *
     * @throws IOException if a port or a directory cannot be used; the message names the flag. Nothing is left open
     */
    public static TernServer start(ServerOptions options) throws IOException, EngineException, BindFailure {
        return start(options, new WireCodec());
    }

    /** As {@link #start(ServerOptions)}, with ModelInfer's messages read and written by {@code codec}. */
    public static TernServer start(ServerOptions options, InferCodec codec)
            throws IOException, EngineException, BindFailure {
        Closeables closeables = new Closeables();
        try {
            return new TernServer(options, codec, closeables);
        } catch (IOException | EngineException | BindFailure | RuntimeException e) {
            closeables.close();
            throw e;
        }
    }

    private VersionWarmUp warmUp() {
        Duration budget = options.models().warmUpBudget();
        return budget.isZero()
                ? VersionWarmUp.NONE
                : new TrafficWarmUp(grpc.warmUpTraffic(), meters, clock, budget, state::exiting, models::givesWay);
    }

    private GrpcPorts grpc(InferCodec codec) throws IOException {
        ServerOptions.Network network = options.network();
        GrpcSettings settings = new GrpcSettings(
                network.host(),
                network.grpcPort(),
                network.adminHost(),
                network.adminPort().orElse(-1),
                options.execution().grpcEventLoops(),
                network.maxMessageBytes(),
                network.streamWindow(),
                network.answerCompression(),
                network.forwardedHeaders(),
                network.sharedMemory());
        return new GrpcPorts(
                settings,
                repository,
                traffic.traffic(),
                rollouts,
                state,
                health,
                clock,
                meters,
                codec,
                Threads.ofNetty("tern-grpc"),
                Threads.named("tern-shm"));
    }

    /** The ports that are open. */
    public Ports ports() {
        return ports;
    }

    /** The models and what state they are in. */
    public ModelRepository repository() {
        return repository;
    }

    /** Which versions answer, and which get copies. */
    public Traffic traffic() {
        return traffic.traffic();
    }

    /** Completed when every model has been tried. */
    public CompletableFuture<List<ModelIndex>> loaded() {
        return loaded;
    }

    /** Requests that were taken and not answered yet. */
    public int inFlight() {
        return grpc.inFlight();
    }

    /**
     * Says it is going, waits for balancers to notice, answers what is in flight, closes the models.
     *
     * @param byNanos when the process must be gone, on the scale of {@link System#nanoTime}
     */
    public Ending shutDown(long byNanos) {
        return new Shutdown(options.lifecycle().drainDelay(), clock, state, health, traffic.shadows(), grpc, models)
                .run(byNanos);
    }

    /** Ends ports and threads; after {@link #shutDown}. */
    public void close() {
        closeables.close();
    }

    /** Ends the server but not the process: {@link #shutDown} within the exit timeout, then {@link #close}. */
    public void stop() {
        Ending unused =
                shutDown(clock.nanoTime() + options.lifecycle().exitTimeout().toNanos());
        close();
    }
}
