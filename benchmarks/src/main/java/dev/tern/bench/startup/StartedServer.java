package dev.tern.bench.startup;

import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.ModelSettings;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.run.Verification;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.TargetException;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
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
final class StartedServer implements AutoCloseable {
    private static final int CALLERS = 64;
    private static final int CONNECTIONS = 2;
    private static final int FIRST = 1_000;
    private static final double FIRST_PER_SECOND = 1_000;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final ServerProcess server;
    private final long began;

    /** @param began when it was started, of {@link System#nanoTime} */
    StartedServer(ServerProcess server, long began) {
        this.server = server;
        this.began = began;
    }

    /** Asks a model, one request after the other, until one is answered. */
    double firstAnswerSeconds(String model) {
        while (true) {
            try {
                Measurement one = run(model, new ClosedLoad(1), Optional.empty(), OptionalLong.of(1));
                if (one.answered() == 1) {
                    return elapsedSeconds();
                }
                pauseOrGiveUp("it answers with " + one.errors());
            } catch (TargetException e) {
                pauseOrGiveUp(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Waits until it says that it is ready. */
    double readySeconds() {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
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
            // Nobody listens yet: not before gRPC's own pause, a second and more, would it be tried again.
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

    /** Answers per second of 64 callers in a closed loop. */
    double loaded(String model, Duration duration) {
        return run(model, new ClosedLoad(CALLERS), Optional.of(duration), OptionalLong.empty())
                .perSecond();
    }

    private Measurement run(String model, LoadPlan load, Optional<Duration> duration, OptionalLong requests) {
        return new BenchRun(new RunSettings(
                        new HostPort("127.0.0.1", server.port()),
                        List.of(ModelSettings.alone(
                                new RequestHead(model, "", OptionalLong.empty(), Optional.empty()),
                                InputSettings.random(1, List.of(), List.of(), CALLERS),
                                DEADLINE)),
                        1,
                        load,
                        CONNECTIONS,
                        1,
                        Duration.ZERO,
                        duration,
                        requests,
                        Verification.NONE))
                .run()
                .measurement();
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

    @Override
    public void close() {
        server.close();
    }
}
