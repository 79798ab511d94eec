package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.GetDriftRequest;
import dev.tern.proto.admin.v1.GetDriftResponse;
import dev.tern.proto.admin.v1.GetSchedulingRequest;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelRepositoryParameter;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.RepositoryModelUnloadRequest;
import dev.tern.server.batching.Resources;
import dev.tern.server.engine.onnx.OpenNatives;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models whose number of instances changes under real requests. */
@Timeout(120)
class InstanceChangeTest {
    private static final int CLIENTS = 3;
    private static final int ANSWERS_BETWEEN = 50;
    private static final String BATCHED = "max_batch_size: 8 dynamic_batching {} ";

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final Semaphore answers = new Semaphore(0);
    private final List<ManagedChannel> channels = new ArrayList<>();

    @AfterEach
    void stop() {
        over.set(true);
        clients.shutdownNow();
        channels.forEach(ManagedChannel::shutdownNow);
    }

    /** How a server comes to know that a number of instances has changed. */
    private enum Way {
        POLL,
        CALL,
        CALL_WITH_CONFIG
    }

    @ParameterizedTest
    @EnumSource
    void theNumberOfInstancesChangesInTheSessionThatIsOpen(Way way) throws Exception {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(BATCHED + instances(1));
        try (TestServer server = server(way == Way.POLL ? ControlMode.POLL : ControlMode.EXPLICIT)) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                counts.add(clients.submit(() -> ask(server)));
            }
            awaitAnswers();
            long sessions = OpenNatives.sessionsOpened();
            for (int count : new int[] {4, 2, 3, 1}) {
                switch (way) {
                    case POLL -> model.config(BATCHED + instances(count));
                    case CALL -> {
                        model.config(BATCHED + instances(count));
                        load(server);
                    }
                    case CALL_WITH_CONFIG -> load(server, count);
                }
                Await.until(count + " instances", () -> version(server).instances() == count);
                assertThat(configured(server)).isEqualTo(count);
                awaitAnswers();
            }
            over.set(true);
            long answered = 0;
            for (Future<Integer> each : counts) {
                answered += each.get();
            }
            assertThat(OpenNatives.sessionsOpened()).as("no session was opened").isEqualTo(sessions);
            assertThat(successes(server))
                    .as("the version's, since it was loaded")
                    .isEqualTo(answered);
        }
    }

    /** Asks until it is over; returns how often. */
    private int ask(TestServer server) {
        int count = 0;
        while (!over.get()) {
            int factor = count % 5 + 1;
            assertThat(answer(server.stub().modelInfer(request(factor))))
                    .containsExactly(2 * factor, 4 * factor, 6 * factor, 8 * factor);
            answers.release();
            count++;
        }
        return count;
    }

    private void awaitAnswers() throws InterruptedException {
        answers.drainPermits();
        assertThat(answers.tryAcquire(ANSWERS_BETWEEN, 60, TimeUnit.SECONDS))
                .as("clients that go on")
                .isTrue();
    }

    @Test
    void whatTheOldInstancesHadIsFreed() {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(BATCHED + instances(1));
        long before = OpenNatives.live();
        try (TestServer server = server(ControlMode.EXPLICIT)) {
            for (int count : new int[] {8, 1, 8, 1}) {
                model.config(BATCHED + instances(count));
                load(server);
                var unused = server.stub().modelInfer(request(1));
            }
            Await.until(
                    "a session, and what one instance ran with: input, output, options",
                    () -> OpenNatives.live() <= before + 4);
            unload(server);
            Await.until("nothing is open", () -> OpenNatives.live() == before);
        }
    }

    @Test
    void whatElseChangesIsLoadedAnew() {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(BATCHED + instances(1));
        try (TestServer server = server(ControlMode.EXPLICIT)) {
            long sessions = OpenNatives.sessionsOpened();
            model.config("max_batch_size: 16 dynamic_batching {} " + instances(2));
            load(server);
            assertThat(OpenNatives.sessionsOpened()).as("another configuration").isEqualTo(sessions + 1);
            model.config("max_batch_size: 16 dynamic_batching {} instance_group { count: 2 host_policy: 'far' }");
            load(server);
            assertThat(OpenNatives.sessionsOpened()).as("another place").isEqualTo(sessions + 2);
            model.version(1, OnnxModels.times(3));
            load(server);
            assertThat(OpenNatives.sessionsOpened()).as("another file").isEqualTo(sessions + 3);
            assertThat(answer(server.stub().modelInfer(request(1)))).containsExactly(3, 6, 9, 12);
            assertThat(successes(server)).as("of a version that was loaded").isEqualTo(1);
        }
    }

    @Test
    void instancesThatCannotBeLeaveTheOldOnes() {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(BATCHED + instances(2));
        try (TestServer server = TestServer.builder(directory)
                .control(control(ControlMode.EXPLICIT))
                .rateLimited(new Resources.Limit("memory", 3, OptionalInt.empty()))
                .start()) {
            var unused = server.stub().modelInfer(request(1));
            long before = OpenNatives.live();
            model.config(BATCHED + "instance_group { count: 1 }"
                    + " instance_group { count: 5 rate_limiter { resources { name: 'memory' count: 4 } } }");
            StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> load(server));

            assertThat(refused.getStatus().getDescription())
                    .startsWith("load failed for model 'm': ")
                    .contains("Resource count for \"memory\" is limited to 3");
            assertThat(version(server).reason()).startsWith("what was loaded before is served on: ");
            assertThat(version(server).instances()).isEqualTo(2);
            assertThat(OpenNatives.live()).isEqualTo(before);
            assertThat(answer(server.stub().modelInfer(request(1)))).containsExactly(2, 4, 6, 8);
            model.config(BATCHED + instances(3));
            load(server);
            assertThat(version(server).instances()).isEqualTo(3);
            assertThat(answer(server.stub().modelInfer(request(1)))).containsExactly(2, 4, 6, 8);
        }
    }

    @Test
    void theReferenceForDriftStays() {
        String watched = BATCHED + parameter("tern.drift.monitor") + parameter("tern.drift.sample");
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(watched + instances(1));
        try (TestServer server = TestServer.builder(directory)
                .control(control(ControlMode.EXPLICIT))
                .warmUp(Duration.ofSeconds(20))
                .start()) {
            AdminBlockingStub admin = admin(server);
            for (int i = 0; i < 5; i++) {
                var unused = server.stub().modelInfer(request(i));
            }
            Await.until("all are looked at", () -> drift(admin).getRows() == 5);
            model.config(watched + instances(2));
            load(server);
            assertThat(drift(admin).getRows())
                    .as("the server's own are not among them")
                    .isEqualTo(5);
            var unused = server.stub().modelInfer(request(7));
            Await.until("the next is", () -> drift(admin).getRows() == 6);
            for (int count : new int[] {1, 3}) {
                model.config(watched + instances(count));
                load(server);
            }
            unused = server.stub().modelInfer(request(8));
            Await.until("and that after two more changes", () -> drift(admin).getRows() == 7);
        }
    }

    private static String parameter(String key) {
        return "parameters { key: '" + key + "' value { string_value: '" + (key.endsWith("sample") ? "1" : "true")
                + "' } } ";
    }

    private AdminBlockingStub admin(TestServer server) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        channels.add(channel);
        return AdminGrpc.newBlockingStub(channel);
    }

    private static GetDriftResponse drift(AdminBlockingStub admin) {
        return admin.getDrift(GetDriftRequest.newBuilder().setModel("m").build());
    }

    @Test
    void runTimesAreKnownAtOnce() {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(BATCHED + instances(1));
        try (TestServer server = server(ControlMode.EXPLICIT)) {
            model.config(BATCHED + instances(2));
            load(server);
            assertThat(admin(server)
                            .getScheduling(GetSchedulingRequest.newBuilder()
                                    .setModel("m")
                                    .build())
                            .getCurveList())
                    .hasSizeGreaterThan(1)
                    .allSatisfy(point -> assertThat(point.getExpectedNs()).isPositive());
        }
    }

    @Test
    void keptAnswersStay() {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(BATCHED + "response_cache { enable: true } " + instances(1));
        try (TestServer server = server(ControlMode.EXPLICIT)) {
            assertThat(origin(server.stub().modelInfer(request(1)))).isEqualTo("miss");
            model.config(BATCHED + "response_cache { enable: true } " + instances(2));
            load(server);
            assertThat(origin(server.stub().modelInfer(request(1)))).isEqualTo("l1");
        }
    }

    /** Its own requests before the version is ready, while callers' are counted in the same place. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyCallersAreCounted(boolean cached) {
        String config = BATCHED + (cached ? "response_cache { enable: true } " : "");
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .config(config + instances(1));
        try (TestServer server = TestServer.builder(directory)
                .control(control(ControlMode.EXPLICIT))
                .warmUp(Duration.ofSeconds(20))
                .start()) {
            for (int i = 0; i < 3; i++) {
                var unused = server.stub().modelInfer(request(i));
            }
            model.config(config + instances(2));
            load(server);
            assertThat(successes(server)).isEqualTo(3);
            var unused = server.stub().modelInfer(request(7));
            assertThat(successes(server)).isEqualTo(4);
        }
    }

    private TestServer server(ControlMode mode) {
        return TestServer.builder(directory).control(control(mode)).start();
    }

    private static ControlSettings control(ControlMode mode) {
        return new ControlSettings(
                mode,
                mode == ControlMode.EXPLICIT ? List.of("*") : List.of(),
                Duration.ofMillis(50),
                0,
                OptionalLong.empty());
    }

    private static String instances(int count) {
        return "instance_group { count: " + count + " }";
    }

    private static VersionIndex version(TestServer server) {
        return server.models().get(0).versions().get(0);
    }

    private static int configured(TestServer server) {
        return server.stub()
                .modelConfig(ModelConfigRequest.newBuilder().setName("m").build())
                .getConfig()
                .getInstanceGroup(0)
                .getCount();
    }

    private static long successes(TestServer server) {
        return server.stub()
                .modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName("m").build())
                .getModelStats(0)
                .getInferenceStats()
                .getSuccess()
                .getCount();
    }

    private static ModelInferRequest request(int factor) {
        return Requests.request(
                "m", List.of(Tensors.floats("x", Shape.of(1, 4), factor, 2 * factor, 3 * factor, 4 * factor)));
    }

    private static float[] answer(ModelInferResponse response) {
        return Tensors.floats(Requests.tensors(response).get(0));
    }

    private static String origin(ModelInferResponse response) {
        return response.getParametersOrDefault("tern_cache", InferParameter.getDefaultInstance())
                .getStringParam();
    }

    private static void load(TestServer server) {
        load(server, RepositoryModelLoadRequest.newBuilder().setModelName("m").build());
    }

    /** With a configuration of the call's own, in place of the file. */
    private static void load(TestServer server, int count) {
        load(
                server,
                RepositoryModelLoadRequest.newBuilder()
                        .setModelName("m")
                        .putParameters(
                                "config",
                                ModelRepositoryParameter.newBuilder()
                                        .setStringParam("{\"max_batch_size\": 8, \"dynamic_batching\": {},"
                                                + " \"instance_group\": [{\"count\": " + count + "}]}")
                                        .build())
                        .build());
    }

    private static void load(TestServer server, RepositoryModelLoadRequest request) {
        var unused = server.stub().repositoryModelLoad(request);
    }

    private static void unload(TestServer server) {
        var unused = server.stub()
                .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName("m")
                        .build());
    }
}
