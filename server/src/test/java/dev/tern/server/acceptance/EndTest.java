package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxModels;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the process ends when it is told to, whatever it is busy with. */
class EndTest {
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(1);

    /** How late a busy machine may be in telling that a process has gone. */
    private static final Duration ALLOWANCE = Duration.ofMillis(750);

    /** For ends that must not come by the timeout. */
    private static final String NO_TIMEOUT = "--exit-timeout=1h";

    /** Iterations of the slow model that take far longer than it takes to notice that the run has begun. */
    private static final long LONG = 1_000_000;

    /** Many minutes. */
    private static final long ENDLESS = 1_000_000_000;

    private static final int PATIENCE_SECONDS = 30;
    private static final String SLOW = "model=\"slow\"";

    @TempDir
    private Path directory;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private Path repository = Path.of("");

    @BeforeEach
    void makeRepository() {
        repository = directory.resolve("models");
    }

    @AfterEach
    void closeChannels() {
        channels.forEach(ManagedChannel::shutdownNow);
    }

    @Test
    void whatIsInFlightIsAnsweredAndWhatComesLaterRefused() throws Exception {
        addSlow();
        try (ServerProcess server = launch("--trial-load=off", NO_TIMEOUT)) {
            awaitSlow(server);
            ManagedChannel channel = channel(server);
            ListenableFuture<ModelInferResponse> running = run(server, channel, LONG);
            ListenableFuture<ModelInferResponse> queued = queue(channel);
            server.signal("TERM");
            // GOAWAY: the client would make a new connection for what it sends from now on.
            server.until("client that was told to go", () -> channel.getState(false) == ConnectivityState.IDLE);
            assertThat(refusal(infer(channel, 1)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(answer(running).getRawOutputContents(0).size()).isEqualTo(64 * Float.BYTES);
            assertThat(answer(queued).getRawOutputContents(0).size()).isEqualTo(64 * Float.BYTES);
            server.awaitEnd();
            assertThat(server.exitStatus()).as(server.log()).isZero();
            assertThat(server.log())
                    .contains("2 requests in flight", "'slow' version 1: unloaded", "Stopped")
                    .doesNotContain(" WARN ", " ERROR ");
        }
    }

    /** A run that takes hours, and a load that takes minutes in native code that nothing can interrupt. */
    @Test
    void whatNeverEndsIsCutOffWithinTheExitTimeout() throws Exception {
        addSlow();
        addSlowToOpen();
        try (ServerProcess server = launch("--trial-load=off", "--exit-timeout=" + EXIT_TIMEOUT.toSeconds() + "s")) {
            awaitSlow(server);
            server.until("load of the other", () -> server.log().contains("'slow_to_open' version 1: loading"));
            ManagedChannel channel = channel(server);
            ListenableFuture<ModelInferResponse> running = run(server, channel, ENDLESS);
            ListenableFuture<ModelInferResponse> queued = queue(channel);
            server.signal("TERM");
            for (ListenableFuture<ModelInferResponse> each : List.of(running, queued)) {
                Status refusal = refusal(each);
                assertThat(refusal.getCode()).as(refusal.toString()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(refusal.getDescription())
                        .isEqualTo("the server is stopping and could not finish the request in time");
            }
            assertThat(server.awaitEnd()).isLessThan(EXIT_TIMEOUT.plus(ALLOWANCE));
            assertThat(server.exitStatus()).as(server.log()).isEqualTo(1);
            assertThat(server.log())
                    .contains("2 requests could not be finished in time")
                    .contains("Left open: slow_to_open/[1] is still loading")
                    .contains("Ending by force")
                    .doesNotContain("SIGSEGV", "Stopped");
        }
    }

    @Test
    void aTrialLoadDoesNotHoldUpTheEnd() throws Exception {
        addSlowToOpen();
        try (ServerProcess server = launch(NO_TIMEOUT)) {
            ProcessHandle trial = awaitTrial(server);
            server.signal("TERM");
            server.awaitEnd();
            assertThat(runs(trial)).as("whether the trial still runs").isFalse();
            assertThat(server.exitStatus()).as(server.log()).isZero();
            assertThat(server.log())
                    .contains("Stopped")
                    .doesNotContain(" ERROR ", "models ready after", "failed to load, so the server ends");
            assertThat(ServerProcess.temporary(directory))
                    .isDirectoryNotContaining(
                            file -> file.getFileName().toString().startsWith("tern-trial-"));
        }
    }

    @Test
    void aSecondSignalEndsAllAtOnce() throws Exception {
        addSlow();
        addSlowToOpen();
        try (ServerProcess server = launch(NO_TIMEOUT)) {
            awaitSlow(server);
            ProcessHandle trial = awaitTrial(server);
            ListenableFuture<ModelInferResponse> running = run(server, channel(server), ENDLESS);
            server.signal("TERM");
            server.until("beginning of the end", () -> server.log().contains("Shutting down"));
            server.signal("INT");
            server.awaitEnd();
            assertThat(refusal(running).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(runs(trial)).as("whether the trial still runs").isFalse();
            assertThat(server.exitStatus()).as(server.log()).isEqualTo(1);
            assertThat(server.log())
                    .contains("Ending by force: a second signal")
                    .doesNotContain("SIGSEGV", "Stopped");
        }
    }

    @Test
    void aTrialLoadEndsWithAServerThatIsKilled() throws Exception {
        addSlowToOpen();
        try (ServerProcess server = launch(NO_TIMEOUT)) {
            ProcessHandle trial = awaitTrial(server);
            server.signal("KILL");
            server.awaitEnd();
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (runs(trial) && System.nanoTime() - patience < 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            assertThat(runs(trial)).as("whether the trial still runs").isFalse();
        }
    }

    private void addSlow() {
        ModelDirectory.of(repository, "slow").version(1, OnnxModels.slow());
    }

    private void addSlowToOpen() {
        ModelDirectory.of(repository, "slow_to_open").version(1, OddModels.slowToOpen());
    }

    private ServerProcess launch(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add("--model-repository=" + repository);
        arguments.add("--execution-slots=1");
        return ServerProcess.launch(directory, arguments);
    }

    private static void awaitSlow(ServerProcess server) throws IOException, InterruptedException {
        server.until("model that is ready", () -> server.log().contains("'slow' version 1: ready"));
    }

    private static ProcessHandle awaitTrial(ServerProcess server) throws IOException, InterruptedException {
        server.until("trial of a load", () -> !server.children().isEmpty());
        return server.children().get(0);
    }

    /** Returns when the model runs. */
    private static ListenableFuture<ModelInferResponse> run(
            ServerProcess server, ManagedChannel channel, long iterations) throws IOException, InterruptedException {
        ListenableFuture<ModelInferResponse> answer = infer(channel, iterations);
        server.until("run", () -> server.metric("tern_inference_queue_duration_seconds_count", SLOW) == 1);
        return answer;
    }

    /** Returns when the request has reached the server. */
    private static ListenableFuture<ModelInferResponse> queue(ManagedChannel channel) {
        ListenableFuture<ModelInferResponse> answer = infer(channel, 1);
        // On one connection, one comes after the other.
        assertThat(GRPCInferenceServiceGrpc.newBlockingStub(channel)
                        .serverLive(ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
        return answer;
    }

    /** A process that is only waited for by nobody does not run. */
    private static boolean runs(ProcessHandle process) throws IOException {
        Path stat = Path.of("/proc/" + process.pid() + "/stat");
        return process.isAlive()
                && !(Files.exists(stat) && Files.readString(stat).contains(") Z "));
    }

    private ManagedChannel channel(ServerProcess server) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    private static ListenableFuture<ModelInferResponse> infer(ManagedChannel channel, long iterations) {
        ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        count.putLong(iterations).flip();
        return GRPCInferenceServiceGrpc.newFutureStub(channel)
                .modelInfer(ModelInferRequest.newBuilder()
                        .setModelName("slow")
                        .addInputs(input("x", "FP32", 64))
                        .addInputs(input("iters", "INT64", 1))
                        .addRawInputContents(ByteString.copyFrom(new byte[64 * Float.BYTES]))
                        .addRawInputContents(ByteString.copyFrom(count))
                        .build());
    }

    private static InferInputTensor.Builder input(String name, String type, long elements) {
        return InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(type)
                .addShape(1)
                .addShape(elements);
    }

    private static ModelInferResponse answer(ListenableFuture<ModelInferResponse> future) throws Exception {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static Status refusal(ListenableFuture<ModelInferResponse> future) throws Exception {
        try {
            throw new AssertionError("answered: " + answer(future).getModelName());
        } catch (ExecutionException e) {
            return Status.fromThrowable(e);
        }
    }
}
