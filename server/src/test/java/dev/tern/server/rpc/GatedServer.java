package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.batching.BatchObserver;
import dev.tern.server.batching.Batching;
import dev.tern.server.batching.Runners;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.SchedulingState;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.RepositoryListener;
import dev.tern.server.repository.RepositoryOptions;
import dev.tern.server.repository.Version;
import dev.tern.server.splitting.Splitting;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.Groupings;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.tracing.Tracing;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The real ports, repository and batching around one model, {@code gated}, that a test lets load and lets run. It has one
 * instance, takes one request at a time and answers its input.
 */
final class GatedServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;
    private static final int STREAM_WINDOW = 256;

    private final CountDownLatch mayLoad = new CountDownLatch(1);
    private final Semaphore mayRun = new Semaphore(0);
    private final FakeInstance instance = new FakeInstance(this::run);
    private final Queue<String> outcomes = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService control = Executors.newSingleThreadExecutor();
    private final ExecutorService loaders = Executors.newFixedThreadPool(1);
    private final RealClock clock = new RealClock();
    private final Runners runners = new Runners(1, Thread::new, clock);
    private final HealthStates health = new HealthStates();
    private final ModelRepository repository;
    private final Future<List<ModelIndex>> loaded;
    private final GrpcPorts ports;
    private final ManagedChannel channel;
    private final SchedulerSettings scheduling;
    private final boolean splits;
    private volatile boolean exiting;
    private volatile IntSupplier queued = () -> 0;

    private GatedServer(
            Path directory, int maxMessageBytes, int streamWindow, @Nullable Predictor predictor, boolean splits)
            throws IOException {
        this(
                directory,
                settings(maxMessageBytes, streamWindow, Optional.empty()),
                SchedulerSettings.unbatched(splits ? 1 : 0),
                predictor,
                splits);
    }

    private GatedServer(
            Path directory,
            GrpcSettings settings,
            SchedulerSettings scheduling,
            @Nullable Predictor predictor,
            boolean splits)
            throws IOException {
        this.scheduling = scheduling;
        this.splits = splits;
        ModelDirectory.of(directory, "gated").version(1, new byte[0]).config("backend: 'onnxruntime'");
        this.repository = new ModelRepository(
                RepositoryOptions.of(directory),
                source -> load(source.config(), predictor),
                control,
                loaders,
                loaders,
                clock);
        repository.addListener(new RepositoryListener() {
            @Override
            public void modelChanged(String model, boolean ready) {
                health.modelChanged(model, ready);
            }

            @Override
            public void serverChanged(boolean ready) {
                health.serverChanged(ready);
            }
        });
        this.ports = new GrpcPorts(
                settings,
                repository,
                Undivided.traffic(clock),
                NoRollouts.make(),
                new Status(),
                health,
                clock,
                this::answered,
                Codecs.underTest(),
                Thread::new,
                Thread::new);
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", ports.port())
                .usePlaintext()
                .build();
        this.loaded = repository.start();
    }

    private static GrpcSettings settings(int maxMessageBytes, int streamWindow, Optional<String> forwarded) {
        return new GrpcSettings(
                "127.0.0.1",
                0,
                "127.0.0.1",
                -1,
                1,
                maxMessageBytes,
                streamWindow,
                CompressionLevel.NONE,
                forwarded,
                Optional.empty());
    }

    /** Listens; the model loads when told. */
    static GatedServer loading(Path directory) throws IOException {
        return new GatedServer(directory, 1 << 20, STREAM_WINDOW, null, false);
    }

    /** Ready; runs wait for {@link #letRun}. */
    static GatedServer ready(Path directory) throws IOException {
        return ready(directory, 1 << 20, null);
    }

    /** Ready, with {@code predictor} in place of the queue and the model. */
    static GatedServer answering(Path directory, Predictor predictor) throws IOException {
        return ready(directory, 1 << 20, predictor);
    }

    /** As {@link #answering}; takes so many requests of a stream before their answers are written. */
    static GatedServer streaming(Path directory, int window, Predictor predictor) throws IOException {
        return loaded(new GatedServer(directory, 1 << 20, window, predictor, false));
    }

    /** As {@link #ready(Path)}, with requests queued as {@code scheduling} has it. */
    static GatedServer scheduling(Path directory, SchedulerSettings scheduling) throws IOException {
        GrpcSettings settings = settings(1 << 20, STREAM_WINDOW, Optional.empty());
        return loaded(new GatedServer(directory, settings, scheduling, null, false));
    }

    /** As {@link #answering}; makes parameters of metadata whose keys have {@code pattern} in them. */
    static GatedServer forwarding(Path directory, String pattern, Predictor predictor) throws IOException {
        GrpcSettings settings = settings(1 << 20, STREAM_WINDOW, Optional.of(pattern));
        return loaded(new GatedServer(directory, settings, SchedulerSettings.unbatched(0), predictor, false));
    }

    /** Ready; the model takes one row in a run, and requests of more are split. */
    static GatedServer splitting(Path directory) throws IOException {
        return loaded(new GatedServer(directory, 1 << 20, STREAM_WINDOW, null, true));
    }

    static GatedServer ready(Path directory, int maxMessageBytes, @Nullable Predictor predictor) throws IOException {
        return loaded(new GatedServer(directory, maxMessageBytes, STREAM_WINDOW, predictor, false));
    }

    private static GatedServer loaded(GatedServer server) {
        server.letLoad();
        Await.until("the model was tried", server.loaded::isDone);
        assertThat(server.repository.ready()).as("the model is ready").isTrue();
        return server;
    }

    private Version load(ModelConfig config, @Nullable Predictor predictor) {
        pass(mayLoad);
        Batching batching = new Batching(
                scheduling,
                Groupings.exact(1, "x"),
                List.of(instance),
                runners.seat(),
                clock,
                Kind.RESOURCE_EXHAUSTED,
                new Unobserved());
        queued = batching::queued;
        Predictor queue = splits ? new Splitting(1, batching) : batching;
        return new GatedVersion(config, predictor == null ? queue : predictor, batching);
    }

    private List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
        try {
            if (!mayRun.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new EngineException("the test never let this run go on");
            }
        } catch (InterruptedException e) {
            throw new EngineException("interrupted", e);
        }
        return FakeInstance.answerInputs(batch);
    }

    private static void pass(CountDownLatch gate) {
        try {
            if (!gate.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test never opened the gate");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answered(String model, long version, @Nullable Kind failure, long nanos) {
        outcomes.add(failure == null ? "OK" : failure.name());
    }

    void letLoad() {
        mayLoad.countDown();
    }

    void letRun(int runs) {
        mayRun.release(runs);
    }

    /** Runs that have begun. */
    int runs() {
        return instance.runs().size();
    }

    /** How each request that is over ended: OK or the kind of failure. */
    List<String> outcomes() {
        return List.copyOf(outcomes);
    }

    /** Requests, or parts of them, that wait. */
    int queued() {
        return queued.getAsInt();
    }

    int inFlight() {
        return ports.inFlight();
    }

    int openStreams() {
        return ports.openStreams();
    }

    GRPCInferenceServiceBlockingStub stub() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    int port() {
        return ports.port();
    }

    ManagedChannel channel() {
        return channel;
    }

    /** A request of one row for each value. */
    static ModelInferRequest request(long... values) {
        return Requests.raw("gated", "x", "INT64", Requests.longs(values), values.length)
                .build();
    }

    /** Says that the server is going, as at the begin of a shutdown. */
    void exit() {
        exiting = true;
        health.exiting();
    }

    /** The repository's part of a shutdown. */
    Future<List<String>> closeModels() {
        return repository.shutdown(clock.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
    }

    boolean drain(long seconds) throws InterruptedException {
        return ports.drain(TimeUnit.SECONDS.toNanos(seconds));
    }

    int cutOff() throws InterruptedException {
        return ports.cutOff(0);
    }

    @Override
    public void close() {
        letLoad();
        letRun(1_000);
        channel.shutdownNow();
        Await.until("every request is over", () -> inFlight() == 0);
        Await.until("the model is closed", closeModels()::isDone);
        ports.close();
        runners.close();
        loaders.shutdownNow();
        control.shutdownNow();
        timer.shutdownNow();
    }

    private record GatedVersion(ModelConfig config, Predictor predictor, Batching batching) implements Version {
        @Override
        public List<String> warnings() {
            return List.of();
        }

        @Override
        public int instances() {
            return 1;
        }

        @Override
        public SchedulingState scheduling() {
            return batching.scheduling();
        }

        @Override
        public void close() {
            batching.close();
        }
    }

    private static final class Unobserved implements BatchObserver {
        @Override
        public void waited(long nanos) {}

        @Override
        public void executed(int requests, int rows, long nanos, boolean succeeded) {}
    }

    private final class Status implements ServerStatus {
        @Override
        public boolean ready() {
            return !exiting && repository.ready();
        }

        @Override
        public boolean exiting() {
            return exiting;
        }

        @Override
        public String version() {
            return "test";
        }

        @Override
        public LogControl log() {
            return new FixedLog();
        }

        @Override
        public Tracing tracing() {
            return Tracing.OFF;
        }
    }

    private final class RealClock implements Clock {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void schedule(long atNanos, Runnable task) {
            Future<?> unused = timer.schedule(task, atNanos - nanoTime(), TimeUnit.NANOSECONDS);
        }
    }
}
