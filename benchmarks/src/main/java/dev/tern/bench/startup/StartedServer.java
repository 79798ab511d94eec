package dev.tern.bench.startup;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetException;
import dev.tern.bench.target.TargetSettings;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ServerReadyRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server from its start on. Used by one thread. */
final class StartedServer {
    private static final long SEED = 1;
    private static final int CALLERS = 64;
    private static final int CONNECTIONS = 2;
    private static final int FIRST = 1_000;
    private static final double FIRST_PER_SECOND = 1_000;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final ServerProcess server;
    private final long began;
    private final StopSignal stop;

    /**
     * Just started.
     *
     * @param began when it was, of {@link System#nanoTime}
     * @param stop ends a load that is under way
     */
    StartedServer(ServerProcess server, long began, StopSignal stop) {
        this.server = server;
        this.began = began;
        this.stop = stop;
    }

    /** One request that fits the model, as soon as the server can describe it. */
    ModelInferRequest request(String model) {
        server.awaitReady(List.of(model));
        try (Target target = Target.connect(new TargetSettings(address(), 1, 1, Duration.ZERO, false))) {
            RequestPool pool =
                    RequestPool.random(head(model), target.describe(model, ""), 1, List.of(), List.of(), 1, SEED);
            return ModelInferRequest.parseFrom(pool.get(0));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a request of our own cannot be read", e);
        }
    }

    /**
     * Sends a request that was made before as soon as the server says that it listens, and again until it is answered.
     *
     * @return seconds from the start to the answer
     */
    double firstAnswerSeconds(ModelInferRequest request) {
        ManagedChannel channel = channel();
        try {
            while (true) {
                try {
                    Object unused = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                            .modelInfer(request);
                    return elapsedSeconds();
                } catch (StatusRuntimeException e) {
                    channel.resetConnectBackoff();
                    pauseOrGiveUp("it answers with " + e.getStatus());
                }
            }
        } finally {
            channel.shutdownNow();
        }
    }

    /** Waits until it says that it is ready. */
    double readySeconds() {
        ManagedChannel channel = channel();
        try {
            while (!isReady(channel)) {
                pauseOrGiveUp("it is not ready");
            }
            return elapsedSeconds();
        } finally {
            channel.shutdownNow();
        }
    }

    private static boolean isReady(ManagedChannel channel) {
        try {
            return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .serverReady(ServerReadyRequest.getDefaultInstance())
                    .getReady();
        } catch (StatusRuntimeException e) {
            // Else it would be tried again after gRPC's own pause only, a second and more.
            channel.resetConnectBackoff();
            return false;
        }
    }

    /** Of 1,000 requests in about a second. */
    double p99Millis(String model) {
        Measurement measured =
                run(model, new PoissonLoad(FIRST_PER_SECOND, 1), Optional.empty(), OptionalLong.of(FIRST));
        return measured.latencies().getValueAtPercentile(99) / 1e6;
    }

    /** Loads it with 64 callers in a closed loop. */
    void load(String model, Duration duration) {
        double unused = loaded(model, duration);
    }

    /** Answers per second of 64 callers in a closed loop. */
    double loaded(String model, Duration duration) {
        return run(model, new ClosedLoad(CALLERS), Optional.of(duration), OptionalLong.empty())
                .perSecond();
    }

    private Measurement run(String model, LoadPlan load, Optional<Duration> duration, OptionalLong requests) {
        BenchRun run = new BenchRun(new RunSettings(
                address(),
                List.of(ModelSettings.alone(
                        head(model), InputSettings.random(1, List.of(), List.of(), CALLERS), DEADLINE)),
                SEED,
                load,
                CONNECTIONS,
                1,
                Duration.ZERO,
                duration,
                requests,
                Verification.NONE));
        return stop.unlessStopped(run::stop, run::run).measurement();
    }

    private void pauseOrGiveUp(String why) {
        if (System.nanoTime() - began > PATIENCE_NANOS || !server.isAlive()) {
            throw new TargetException("the server does not come up: " + why);
        }
        LockSupport.parkNanos(LOOK_NANOS);
    }

    private double elapsedSeconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    private HostPort address() {
        return new HostPort("127.0.0.1", server.port());
    }

    /** To its port, as soon as it says that it listens. */
    private ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    private static RequestHead head(String model) {
        return new RequestHead(model, "", OptionalLong.empty(), Optional.empty());
    }
}
