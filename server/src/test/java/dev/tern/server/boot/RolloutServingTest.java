package dev.tern.server.boot;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.admin.v1.AbortRolloutRequest;
import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.GetRolloutRequest;
import dev.tern.proto.admin.v1.ResetTrafficRequest;
import dev.tern.proto.admin.v1.Rollout;
import dev.tern.proto.admin.v1.Rollout.State;
import dev.tern.proto.admin.v1.SetTrafficRequest;
import dev.tern.proto.admin.v1.StartRolloutRequest;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts of real models under real requests: not one of them fails, whatever the candidate does. */
@Timeout(300)
class RolloutServingTest {
    private static final ControlSettings EXPLICIT =
            new ControlSettings(ControlMode.EXPLICIT, List.of("*"), Duration.ofSeconds(15), 0, OptionalLong.empty());
    private static final int ELEMENTS = 64;
    private static final long GOOD = 1;
    private static final long FAILING = 2;
    private static final long SLOW = 3;
    private static final long DIFFERENT = 4;
    private static final long AS_GOOD = 5;
    private static final long BROKEN = 6;
    private static final String NOT_READY =
            "UNAVAILABLE: Request for unknown model: 'm' version 6 is not at ready state:"
                    + " 'model.onnx' is not an ONNX model, or only part of one (3 bytes)";

    @TempDir
    Path directory;

    private TestServer server;
    private ManagedChannel channel;
    private AdminBlockingStub admin;

    /** How many requests each version answered. */
    private final Map<Long, Integer> answered = new TreeMap<>();

    @BeforeEach
    void serve() {
        ModelDirectory.of(directory, "m")
                .config("max_batch_size: 0 version_policy { all {} } parameters { key: 'tern.traffic.split' value {"
                        + " string_value: '1:100' } }")
                .version(GOOD, times(1, 1))
                .version(FAILING, failing())
                .version(SLOW, times(1, 4000))
                .version(DIFFERENT, times(2, 1))
                .version(AS_GOOD, times(1, 2));
        server = TestServer.builder(directory).control(EXPLICIT).start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        admin = AdminGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    /** {@code x [batch,64] -> y}: x times the factor's power of {@code rounds}, which take some microseconds each. */
    private static byte[] times(float factor, int rounds) {
        OnnxGraph body = OnnxGraph.named("body")
                .input("step", INT64)
                .input("go", TensorProto.DataType.BOOL)
                .input("state", FLOAT, "batch", ELEMENTS)
                .output("go_on", TensorProto.DataType.BOOL)
                .output("next", FLOAT, "batch", ELEMENTS)
                .node("Identity", "go", "go_on")
                .node("MatMul", List.of("state", "matrix"), "next");
        float[] matrix = new float[ELEMENTS * ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            matrix[i * (ELEMENTS + 1)] = factor;
        }
        return OnnxGraph.named("times")
                .input("x", FLOAT, "batch", ELEMENTS)
                .output("y", FLOAT, "batch", ELEMENTS)
                .floats("matrix", List.of((long) ELEMENTS, (long) ELEMENTS), matrix)
                .longs("rounds", List.of(), rounds)
                .raw("yes", TensorProto.DataType.BOOL, List.of(), (byte) 1)
                .node("Loop", List.of("rounds", "yes", "x"), "y", attribute("body", body.graph()))
                .bytes();
    }

    /** Of the same inputs and outputs; fails for every number that is above 1. */
    private static byte[] failing() {
        return OnnxGraph.named("failing")
                .input("x", FLOAT, "batch", ELEMENTS)
                .output("y", FLOAT, "batch", ELEMENTS)
                .floats("table", List.of(1L), 7)
                .node("Cast", List.of("x"), "place", attribute("to", INT64.getNumber()))
                .node("Gather", List.of("table", "place"), "y")
                .bytes();
    }

    /** One that is over soon, and in which time does not matter. */
    private static StartRolloutRequest.Builder rollout(long candidate) {
        return StartRolloutRequest.newBuilder()
                .setModel("m")
                .setCandidate(Long.toString(candidate))
                .addSteps(50)
                .addSteps(100)
                .setMinStepMs(100)
                .setFalseAlarmRate(1e-6)
                .setErrorMargin(0.2)
                .setSlowerMargin(0.4)
                .setLatencyFloorUs(2_000_000)
                .setShadowPercent(50);
    }

    /** Sends requests one after the other, none of which may fail, until the rollout is over. */
    private Rollout run(StartRolloutRequest.Builder request) {
        Rollout rollout = admin.startRollout(request.build()).getRollout();
        while (rollout.getState() == State.STATE_SHADOWING || rollout.getState() == State.STATE_STEPPING) {
            for (int i = 0; i < 20; i++) {
                ask();
            }
            rollout = rollout();
        }
        answered.clear();
        for (int i = 0; i < 50; i++) {
            ask();
        }
        return rollout;
    }

    private Rollout rollout() {
        return admin.getRollout(GetRolloutRequest.newBuilder().setModel("m").build())
                .getRollout();
    }

    private void ask() {
        float[] numbers = new float[ELEMENTS];
        numbers[1] = 3;
        ModelInferRequest request = Requests.request("m", List.of(Tensors.floats("x", Shape.of(1, ELEMENTS), numbers)));
        ModelInferResponse response = server.stub().modelInfer(request);
        answered.merge(Long.valueOf(response.getModelVersion()), 1, Integer::sum);
    }

    @Test
    void oneThatIsAsGoodTakesOver() throws Exception {
        ask();
        assertThat(answered).containsOnlyKeys(GOOD);
        Rollout end = run(rollout(AS_GOOD));
        assertThat(end.getReason()).contains("errors holds (");
        assertThat(end.getState()).isEqualTo(State.STATE_COMPLETED);
        assertThat(end.getBaseline()).as("what answered before").isEqualTo(GOOD);
        assertThat(answered).containsOnlyKeys(AS_GOOD);
        assertThat(metrics())
                .contains("tern_rollout_state{model=\"m\",state=\"completed\"} 1.0")
                .contains("tern_rollout_state{model=\"m\",state=\"stepping\"} 0.0")
                .contains("tern_rollout_candidate_weight{model=\"m\"} 100.0");
    }

    @Test
    void oneThatFailsIsStoppedBeforeAnyCallerGetsIt() {
        Rollout end = run(rollout(FAILING));
        assertThat(end.getReason()).startsWith("errors worse (");
        assertThat(end.getState()).isEqualTo(State.STATE_STOPPED);
        assertThat(end.getPercent()).isZero();
        assertThat(answered).containsOnlyKeys(GOOD);
    }

    @Test
    void oneThatIsSlowerGoesBack() {
        Rollout end = run(rollout(SLOW).setLatencyFloorUs(2_000));
        assertThat(end.getReason()).contains("latency worse (");
        assertThat(end.getState()).isEqualTo(State.STATE_STOPPED);
        assertThat(answered).containsOnlyKeys(GOOD);
    }

    @Test
    void oneThatIsFasterTakesOver() {
        Rollout end = run(rollout(GOOD).setBaseline(Long.toString(SLOW)).setLatencyFloorUs(2_000));
        assertThat(end.getState()).as(end.getReason()).isEqualTo(State.STATE_COMPLETED);
        assertThat(answered).containsOnlyKeys(GOOD);
    }

    @Test
    void oneThatAnswersOtherwiseIsStoppedBeforeAnyCallerGetsIt() {
        Rollout end = run(rollout(DIFFERENT).setMaxMeanAbsoluteDifference(0.01));
        assertThat(end.getReason()).contains("answers worse (");
        assertThat(end.getState()).isEqualTo(State.STATE_STOPPED);
        assertThat(answered).containsOnlyKeys(GOOD);
    }

    /** Who tries a version out by its number has no say in the rollout. */
    @Test
    void requestsThatNameTheirVersionAreNotJudged() {
        var started = admin.startRollout(
                rollout(AS_GOOD).setShadowPercent(0).setMinStepMs(60_000).build());
        assertThat(started.getRollout().getState()).isEqualTo(State.STATE_STEPPING);
        for (int i = 0; i < 300; i++) {
            ask(i % 2 == 0 ? GOOD : AS_GOOD);
        }
        Rollout named = rollout();
        assertThat(named.getSignalsList()).allMatch(signal -> signal.getPairs() == 0);
        while (rollout().getSignals(0).getPairs() == 0) {
            ask();
        }
    }

    private void ask(long version) {
        ModelInferRequest request =
                Requests.request("m", List.of(Tensors.floats("x", Shape.of(1, ELEMENTS), new float[ELEMENTS])));
        ModelInferResponse response = server.stub()
                .modelInfer(request.toBuilder()
                        .setModelVersion(Long.toString(version))
                        .build());
        assertThat(response.getModelVersion()).isEqualTo(Long.toString(version));
    }

    @Test
    void aCandidateThatIsUnloadedEndsIt() throws Exception {
        stepTo(AS_GOOD);
        Files.delete(directory.resolve("m/" + AS_GOOD + "/model.onnx"));
        Files.delete(directory.resolve("m/" + AS_GOOD));
        load();
        assertThatItEnded("version 5 is not served any more");
    }

    @Test
    void aCandidateThatIsLoadedAnewEndsIt() throws Exception {
        stepTo(AS_GOOD);
        Files.write(directory.resolve("m/" + AS_GOOD + "/model.onnx"), times(1, 3));
        load();
        Await.until("the rollout has ended", () -> rollout().getState() != State.STATE_STEPPING);
        assertThatItEnded("version 5 was loaded anew or given other instances");
    }

    private void stepTo(long candidate) {
        var started = admin.startRollout(
                rollout(candidate).setShadowPercent(0).setMinStepMs(60_000).build());
        assertThat(started.getRollout().getState()).isEqualTo(State.STATE_STEPPING);
        while (!answered.containsKey(candidate)) {
            ask();
        }
    }

    private void load() {
        var loaded = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("m")
                        .build());
        assertThat(loaded).isNotNull();
    }

    private void assertThatItEnded(String reason) {
        Rollout end = rollout();
        assertThat(end.getState()).isEqualTo(State.STATE_ABORTED);
        assertThat(end.getReason()).isEqualTo(reason);
        answered.clear();
        for (int i = 0; i < 50; i++) {
            ask();
        }
        assertThat(answered).containsOnlyKeys(GOOD);
    }

    @Test
    void aVersionThatIsNotReadyIsRefusedByItsName() {
        ModelDirectory.of(directory, "m").version(BROKEN, new byte[] {1, 2, 3});
        assertThatThrownBy(this::load).isInstanceOf(StatusRuntimeException.class);
        assertThat(refusal(() -> admin.startRollout(rollout(BROKEN).build()))).isEqualTo(NOT_READY);
        assertThat(refusal(() -> admin.startRollout(
                        rollout(AS_GOOD).setBaseline(Long.toString(BROKEN)).build())))
                .isEqualTo(NOT_READY);
        assertThat(refusal(this::rollout)).as("none was begun").startsWith("NOT_FOUND: ");
        ask();
        assertThat(answered).containsOnlyKeys(GOOD);
    }

    @Test
    void operatorsAbortAndAreToldWhatIsWrong() {
        assertThat(refusal(this::rollout))
                .isEqualTo("NOT_FOUND: model 'm' has had no rollout since the server started");
        assertThat(refusal(() -> admin.startRollout(rollout(9).build())))
                .isEqualTo("NOT_FOUND: Request for unknown model: 'm' version 9 is not found");
        assertThat(refusal(
                        () -> admin.startRollout(rollout(AS_GOOD).setMissRate(2).build())))
                .isEqualTo("INVALID_ARGUMENT: miss rate: 2.0 (expected: above 0, below 1)");
        assertThat(refusal(() ->
                        admin.startRollout(rollout(AS_GOOD).clearCandidate().build())))
                .isEqualTo("INVALID_ARGUMENT: candidate: '' (expected: a version that is served, by number or label)");
        assertThat(refusal(() ->
                        admin.startRollout(rollout(AS_GOOD).setAllowedShare(0.1).build())))
                .startsWith("INVALID_ARGUMENT: allowed share, found share: given");
        admin.startRollout(rollout(AS_GOOD).build());
        assertThat(refusal(() -> admin.startRollout(rollout(SLOW).build())))
                .isEqualTo("FAILED_PRECONDITION: model 'm' has a rollout under way, of version 5; abort it first");
        assertThat(refusal(() -> admin.resetTraffic(
                        ResetTrafficRequest.newBuilder().setModel("m").build())))
                .isEqualTo(
                        "FAILED_PRECONDITION: model 'm' has a rollout under way, which sets its traffic; abort it first");
        assertThat(refusal(() -> admin.setTraffic(
                        SetTrafficRequest.newBuilder().setModel("m").build())))
                .isEqualTo(
                        "FAILED_PRECONDITION: model 'm' has a rollout under way, which sets its traffic; abort it first");
        Rollout aborted = admin.abortRollout(
                        AbortRolloutRequest.newBuilder().setModel("m").build())
                .getRollout();
        assertThat(aborted.getState()).isEqualTo(State.STATE_ABORTED);
        assertThat(aborted.getReason()).isEqualTo("an operator aborted it");
        ask();
        assertThat(answered).containsOnlyKeys(GOOD);
    }

    private String metrics() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.metricsPort() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.body();
    }

    private static String refusal(ThrowingCallable call) {
        Status refused =
                catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
        return refused.getCode() + ": " + refused.getDescription();
    }
}
