package dev.tern.server.boot;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.tern.server.batching.Resources;
import dev.tern.server.boot.assembly.TernServer;
import dev.tern.server.boot.options.HostPolicy;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.engine.onnx.OpenNatives;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.rpc.Codecs;
import dev.tern.server.rpc.CompressionLevel;
import dev.tern.server.tracing.TraceSettings;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A real server on free ports of the loopback address, and a channel to it. {@link #close} stops the server as SIGTERM
 * would and fails if a request is left.
 */
public final class TestServer implements AutoCloseable {
    private static final int LOAD_SECONDS = 60;

    private final TernServer server;
    private final ManagedChannel channel;
    private final long nativesBefore;
    private final boolean leavesModelsOpen;
    private boolean stopped;

    private TestServer(TernServer server, long nativesBefore, boolean leavesModelsOpen) {
        this.leavesModelsOpen = leavesModelsOpen;
        this.server = server;
        this.nativesBefore = nativesBefore;
        this.channel = newChannel();
    }

    /** Serves {@code repository} with the default settings and waits until every model has been tried. */
    public static TestServer serving(Path repository) {
        return builder(repository).start();
    }

    public static Builder builder(Path repository) {
        return new Builder(repository);
    }

    /** What a test may set. */
    public static final class Builder {
        private final Path repository;
        private boolean demo;
        private boolean strictReadiness = true;
        private ControlSettings control = ControlSettings.NONE;
        private boolean autoComplete = true;
        private boolean trialLoad;
        private Path stateDirectory;
        private int maxMessageBytes = 256 << 20;
        private CompressionLevel answerCompression = CompressionLevel.NONE;
        private Optional<String> forwardedHeaders = Optional.empty();
        private Optional<Path> sharedMemory = Optional.empty();
        private Optional<Path> traceFile = Optional.empty();
        private long cacheBytes = 16 << 20;
        private Optional<Path> secret = Optional.empty();
        private Optional<RedisSettings> redis = Optional.empty();
        private int executionSlots = 2;
        private int defaultMaxBatchSize = 256;
        private boolean rateLimited;
        private int backgroundNiceness;
        private List<Resources.Limit> resourceLimits = List.of();
        private List<HostPolicy> hostPolicies = List.of();
        private Duration warmUpBudget = Duration.ZERO;
        private Duration drainDelay = Duration.ZERO;
        private Duration exitTimeout = Duration.ofSeconds(20);
        private boolean leavesModelsOpen;

        private Builder(Path repository) {
            this.repository = repository;
            this.stateDirectory = repository.resolveSibling("tern-state");
        }

        public Builder demo() {
            this.demo = true;
            return this;
        }

        public Builder strictReadiness(boolean strict) {
            this.strictReadiness = strict;
            return this;
        }

        /** How models come and go after the start. */
        public Builder control(ControlSettings settings) {
            this.control = settings;
            return this;
        }

        public Builder autoComplete(boolean complete) {
            this.autoComplete = complete;
            return this;
        }

        /** Tries models in a child process first; off otherwise, for speed. */
        public Builder trialLoad(Path state) {
            this.trialLoad = true;
            this.stateDirectory = state;
            return this;
        }

        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = bytes;
            return this;
        }

        public Builder answerCompression(CompressionLevel level) {
            this.answerCompression = level;
            return this;
        }

        public Builder forwardedHeaders(String pattern) {
            this.forwardedHeaders = Optional.of(pattern);
            return this;
        }

        /** Lets clients share files of {@code directory}. */
        public Builder sharedMemory(Path directory) {
            this.sharedMemory = Optional.of(directory);
            return this;
        }

        /** Has requests that are traced written to {@code file}. */
        public Builder traceFile(Path file) {
            this.traceFile = Optional.of(file);
            return this;
        }

        public Builder cacheBytes(long bytes) {
            this.cacheBytes = bytes;
            return this;
        }

        /** Keeps answers in Redis, too. */
        public Builder redis(RedisSettings settings, Path secretFile) {
            this.redis = Optional.of(settings);
            this.secret = Optional.of(secretFile);
            return this;
        }

        public Builder executionSlots(int slots) {
            this.executionSlots = slots;
            return this;
        }

        public Builder defaultMaxBatchSize(int rows) {
            this.defaultMaxBatchSize = rows;
            return this;
        }

        /** Steps; none otherwise, as there is one compiler for all tests of a process. */
        public Builder backgroundNiceness(int steps) {
            this.backgroundNiceness = steps;
            return this;
        }

        /** As with {@code --rate-limit=execution_count}. */
        public Builder rateLimited(Resources.Limit... limits) {
            this.rateLimited = true;
            this.resourceLimits = List.of(limits);
            return this;
        }

        public Builder hostPolicies(HostPolicy... policies) {
            this.hostPolicies = List.of(policies);
            return this;
        }

        public Builder drainDelay(Duration delay) {
            this.drainDelay = delay;
            return this;
        }

        public Builder exitTimeout(Duration timeout) {
            this.exitTimeout = timeout;
            return this;
        }

        /** Sends models requests of its own before they are ready; not done otherwise, for speed. */
        public Builder warmUp(Duration budget) {
            this.warmUpBudget = budget;
            return this;
        }

        /** For a server that is stopped during a run: a model in use is never closed. */
        public Builder leavesModelsOpen() {
            this.leavesModelsOpen = true;
            return this;
        }

        /** Opens the ports and waits until every model has been tried. */
        public TestServer start() {
            TestServer server = startLoading();
            server.loaded();
            return server;
        }

        /** Opens the ports; models may still be loading. */
        public TestServer startLoading() {
            try {
                long nativesBefore = OpenNatives.live();
                return new TestServer(TernServer.start(options(), Codecs.underTest()), nativesBefore, leavesModelsOpen);
            } catch (Exception e) {
                throw new IllegalStateException("the test server does not start", e);
            }
        }

        private ServerOptions options() {
            return new ServerOptions(
                    new ServerOptions.Models(
                            List.of(repository),
                            demo,
                            Optional.empty(),
                            autoComplete,
                            2,
                            trialLoad,
                            Duration.ofSeconds(60),
                            stateDirectory,
                            warmUpBudget,
                            control),
                    new ServerOptions.Network(
                            "127.0.0.1",
                            0,
                            0,
                            0,
                            "127.0.0.1",
                            OptionalInt.of(0),
                            maxMessageBytes,
                            256,
                            answerCompression,
                            forwardedHeaders,
                            sharedMemory),
                    new ServerOptions.Execution(
                            defaultMaxBatchSize,
                            1,
                            executionSlots,
                            4096,
                            false,
                            Duration.ofMinutes(2),
                            rateLimited,
                            resourceLimits,
                            hostPolicies,
                            backgroundNiceness),
                    new ServerOptions.ResponseCache(cacheBytes, secret, redis),
                    new ServerOptions.Lifecycle(false, strictReadiness, drainDelay, exitTimeout),
                    new ServerOptions.Logging("info", "text", TraceSettings.INITIAL, traceFile));
        }
    }

    /** Waits until every model has been tried. */
    public List<ModelIndex> loaded() {
        try {
            return server.loaded().get(LOAD_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the models do not load", e);
        }
    }

    /** Every model and its state, at this moment. */
    public List<ModelIndex> models() {
        return server.repository().index();
    }

    public GRPCInferenceServiceBlockingStub stub() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** One more connection; the caller shuts it down. */
    public ManagedChannel newChannel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", grpcPort())
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    public int grpcPort() {
        return server.ports().grpc();
    }

    public int httpPort() {
        return server.ports().http();
    }

    public int metricsPort() {
        return server.ports().metrics();
    }

    /** The page of metrics. */
    public String metrics() {
        URI page = URI.create("http://127.0.0.1:" + metricsPort() + "/metrics");
        try (InputStream in = page.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("no metrics", e);
        }
    }

    public int adminPort() {
        return server.ports().admin().orElseThrow();
    }

    public int inFlight() {
        return server.inFlight();
    }

    /** Stops the server as SIGTERM would; returns when it has ended. */
    public void stop() {
        if (!stopped) {
            stopped = true;
            server.stop();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        stop();
        if (inFlight() != 0) {
            throw new AssertionError(inFlight() + " requests are left after the server has stopped");
        }
        if (!leavesModelsOpen && OpenNatives.live() != nativesBefore) {
            throw new AssertionError(
                    OpenNatives.live() - nativesBefore + " sessions or tensors are open after the server has stopped");
        }
    }
}
