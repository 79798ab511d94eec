package dev.tern.server.boot;

import static dev.tern.server.testing.SequenceModels.FACTOR;
import static dev.tern.server.testing.SequenceModels.FLAGS;
import static dev.tern.server.testing.SequenceModels.STATE;
import static dev.tern.server.testing.SequenceModels.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.GetSchedulingRequest;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.ModelStreamInferResponse;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.EnsembleText;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.SequenceModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences over a real socket: what their requests are answered, in which order, and what is refused. */
@Tag("protocol")
@Timeout(120)
class SequenceServingTest {
    private static final int SEQUENCES = 1000;
    private static final int LENGTH = 5;

    /** Longer than any test. */
    private static final String PATIENT = "max_sequence_idle_microseconds: 600000000 ";

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void serve() {
        byte[] counter = SequenceModels.counter(DataType.UINT64);
        model("counter")
                .version(1, counter)
                .config(config(8, PATIENT + "direct {} " + FLAGS + id("TYPE_UINT64") + STATE));
        model("many")
                .version(1, counter)
                .config(config(
                        64, PATIENT + "oldest { max_candidate_sequences: 500 } " + FLAGS + id("TYPE_UINT64") + STATE));
        model("single")
                .version(1, SequenceModels.counter(DataType.UINT64, 1))
                .config(config(0, PATIENT + FLAGS + id("TYPE_UINT64") + STATE) + "instance_group { count: 1 }");
        model("impatient")
                .version(1, counter)
                .config(config(
                                4,
                                "max_sequence_idle_microseconds: 50000 oldest { max_candidate_sequences: 1 } " + FLAGS
                                        + id("TYPE_UINT64") + STATE)
                        + "instance_group { count: 1 }");
        model("one")
                .version(1, counter)
                .config(config(
                                4,
                                PATIENT + "oldest { max_candidate_sequences: 1 } " + FLAGS + id("TYPE_UINT64") + STATE)
                        + "instance_group { count: 1 }");
        model("full")
                .version(1, counter)
                .config(config(
                                4,
                                PATIENT
                                        + "direct { max_queue_delay_microseconds: 60000000 minimum_slot_utilization: 1 } "
                                        + FLAGS + id("TYPE_UINT64") + STATE)
                        + "instance_group { count: 1 }");
        model("texts")
                .version(1, SequenceModels.counter(DataType.BYTES))
                .config(config(8, PATIENT + FLAGS + id("TYPE_STRING") + STATE));
        model("strict")
                .version(1, SequenceModels.strictSum())
                .config(
                        config(
                                8,
                                PATIENT
                                        + "state { input_name: 'sum_in' output_name: 'sum_out' data_type: TYPE_INT64 dims: 1"
                                        + " initial_state { name: 'hundred' data_type: TYPE_INT64 dims: 1 data_file: 'hundred' } }"));
        model("strict").file("initial_state/hundred", longs(100));
        model("history")
                .version(1, SequenceModels.history())
                .config(config(
                                8,
                                PATIENT + "state { input_name: 'past' output_name: 'all' data_type: TYPE_INT64 dims: -1"
                                        + " initial_state { name: 'pair' data_type: TYPE_INT64 dims: 2 zero_data: true } }")
                        + "input { name: 'x' data_type: TYPE_INT64 dims: 1 }"
                        + " output { name: 'all' data_type: TYPE_INT64 dims: -1 }");
        model("outer")
                .file("1/.keep", new byte[0])
                .config(EnsembleText.of(
                        "max_batch_size: 8 input { name: 'in' data_type: TYPE_INT64 dims: 1 }"
                                + " output { name: 'out' data_type: TYPE_INT64 dims: 1 } ",
                        EnsembleText.step("counter", Map.of("x", "in"), Map.of("y", "out"))));
        server = TestServer.serving(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ModelDirectory model(String name) {
        return ModelDirectory.of(directory, name);
    }

    private static String config(int maxBatchSize, String sequences) {
        return "max_batch_size: " + maxBatchSize + " sequence_batching { " + sequences + "} ";
    }

    private static byte[] longs(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putLong(value);
        }
        return bytes.array();
    }

    private static ModelInferRequest.Builder request(String model, Object id, long x) {
        Shape shape = model.equals("single") ? Shape.of(1) : Shape.of(1, 1);
        ModelInferRequest.Builder request = Requests.request(model, List.of(Tensors.longs("x", shape, x))).toBuilder();
        InferParameter.Builder value = InferParameter.newBuilder();
        request.putParameters(
                "sequence_id",
                id instanceof Long number
                        ? value.setInt64Param(number).build()
                        : value.setStringParam((String) id).build());
        return request;
    }

    private static ModelInferRequest.Builder start(ModelInferRequest.Builder request) {
        return flag(request, "sequence_start");
    }

    private static ModelInferRequest.Builder end(ModelInferRequest.Builder request) {
        return flag(request, "sequence_end");
    }

    private static ModelInferRequest.Builder flag(ModelInferRequest.Builder request, String name) {
        return request.putParameters(
                name, InferParameter.newBuilder().setBoolParam(true).build());
    }

    private static Tensor answered(ModelInferResponse response, String output) {
        return Requests.tensors(response).stream()
                .filter(each -> each.name().equals(output))
                .findFirst()
                .orElseThrow();
    }

    private static ModelInferResponse infer(ModelInferRequest.Builder request) {
        return server.stub().modelInfer(request.build());
    }

    private static long y(ModelInferRequest.Builder request) {
        return Tensors.longs(answered(infer(request), "y"))[0];
    }

    private static Status refused(ModelInferRequest.Builder request) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> infer(request))
                .getStatus();
    }

    private static String notStarted(Object id, String model) {
        return "inference request for sequence " + id + " to model '" + model
                + "' must specify the START flag on the first request of the sequence";
    }

    @ParameterizedTest
    @ValueSource(strings = {"counter", "single"})
    void aSequenceHasAMemoryAndItsModelIsToldWhereItStands(String model) {
        ModelInferResponse first = infer(start(request(model, 42L, 3)));
        assertThat(first.getOutputsList())
                .extracting(ModelInferResponse.InferOutputTensor::getName)
                .containsExactly("y", "flags", "id");
        assertThat(Tensors.longs(answered(first, "id"))).containsExactly(42);
        assertThat(flags(first)).containsExactly(1, 0, 1);
        ModelInferResponse second = infer(request(model, 42L, 4));
        assertThat(flags(second)).containsExactly(0, 0, 1);
        ModelInferResponse third = infer(end(request(model, 42L, 5)));
        assertThat(flags(third)).containsExactly(0, 1, 1);
        assertThat(Tensors.longs(answered(third, "y"))).containsExactly((3 * FACTOR + 4) * FACTOR + 5);
        assertThat(y(end(start(request(model, 42L, 6)))))
                .as("a new sequence has a new memory")
                .isEqualTo(6);
    }

    private static int[] flags(ModelInferResponse response) {
        ByteBuffer bytes =
                ByteBuffer.wrap(Tensors.bytes(answered(response, "flags"))).order(ByteOrder.LITTLE_ENDIAN);
        return new int[] {bytes.getInt(), bytes.getInt(), bytes.getInt()};
    }

    @Test
    void clientsSeeNothingOfWhatTheServerAdds() {
        ModelMetadataResponse metadata = server.stub()
                .modelMetadata(
                        ModelMetadataRequest.newBuilder().setName("counter").build());
        assertThat(metadata.getInputsList())
                .extracting(ModelMetadataResponse.TensorMetadata::getName)
                .containsExactly("x");
        assertThat(metadata.getOutputsList())
                .extracting(ModelMetadataResponse.TensorMetadata::getName)
                .containsExactly("y", "flags", "id");
        ModelConfig config = server.stub()
                .modelConfig(ModelConfigRequest.newBuilder().setName("counter").build())
                .getConfig();
        assertThat(config.getInputList()).extracting(ModelInput::getName).containsExactly("x");
        assertThat(config.getOutputList()).extracting(ModelOutput::getName).containsExactly("y", "flags", "id");
        assertThat(config.hasSequenceBatching()).isTrue();
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(refused(start(request("counter", 1L, 1))
                        .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                                .setName("state_out"))))
                .extracting(Status::getDescription)
                .isEqualTo("unexpected inference output 'state_out' for model 'counter'");
    }

    @Test
    void anIdMayBeAText() {
        assertThat(y(start(request("texts", "a session", 1)))).isEqualTo(1);
        assertThat(y(start(request("texts", 7L, 2)))).isEqualTo(2);
        assertThat(y(start(request("texts", "7", 3)))).isEqualTo(3);
        ModelInferResponse last = infer(end(request("texts", "a session", 4)));
        assertThat(Tensors.longs(answered(last, "y"))).containsExactly(FACTOR + 4);
        assertThat(Tensors.strings(answered(last, "id"))).containsExactly("a session");
        ModelInferResponse number = infer(end(request("texts", 7L, 5)));
        assertThat(Tensors.longs(answered(number, "y"))).containsExactly(2 * FACTOR + 5);
        assertThat(Tensors.strings(answered(number, "id"))).containsExactly("7");
        assertThat(y(end(request("texts", "7", 6)))).isEqualTo(3 * FACTOR + 6);
    }

    @Test
    void whatIsNoRequestOfASequenceIsRefused() {
        ModelInferRequest two = Requests.request("counter", List.of(Tensors.longs("x", Shape.of(2, 1), 1, 2)));
        assertThat(refused(two.toBuilder()))
                .satisfies(status -> assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                .extracting(Status::getDescription)
                .isEqualTo("inference request to model 'counter' must specify batch-size 1 due to requirements of"
                        + " sequence batcher");
        assertThat(refused(start(request("counter", 0L, 1))))
                .extracting(Status::getDescription)
                .isEqualTo("inference request to model 'counter' must specify a non-zero or non-empty correlation ID");
        Status unknown = refused(request("counter", 1000L, 1));
        assertThat(unknown.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(unknown.getDescription()).isEqualTo(notStarted(1000, "counter"));
        assertThat(refused(start(request("counter", "text", 1))).getDescription())
                .isEqualTo("inference request to model 'counter' has the 'sequence_id' text, which is no value of input"
                        + " 'CORRID', UINT64");
    }

    @Test
    void aSequenceMayWaitForASlotOnlySoLong() throws Exception {
        assertThat(y(start(request("one", 1L, 1)))).isEqualTo(1);
        ModelInferRequest.Builder hasty = start(request("one", 2L, 2))
                .putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(20_000).build());
        Status late = refused(hasty);
        assertThat(late.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(late.getDescription()).isEqualTo("timeout of the corresponding sequence has been expired");

        ListenableFuture<ModelInferResponse> waiting = async(start(request("one", 3L, 3)));
        assertThat(y(request("one", 1L, 4))).isEqualTo(FACTOR + 4);
        assertThat(waiting.isDone()).isFalse();
        assertThat(queued("one")).isEqualTo(1);
        assertThat(y(end(request("one", 1L, 5)))).isEqualTo((FACTOR + 4) * FACTOR + 5);
        assertThat(Tensors.longs(answered(waiting.get(20, TimeUnit.SECONDS), "y")))
                .containsExactly(3);
        infer(end(request("one", 3L, 0)));
    }

    private static int queued(String model) {
        ManagedChannel admin = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        try {
            return AdminGrpc.newBlockingStub(admin)
                    .getScheduling(
                            GetSchedulingRequest.newBuilder().setModel(model).build())
                    .getQueued();
        } finally {
            admin.shutdownNow();
        }
    }

    private static ListenableFuture<ModelInferResponse> async(ModelInferRequest.Builder request) {
        return GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(request.build());
    }

    @Test
    void requestsOfDifferentSequencesShareARun() throws Exception {
        List<ListenableFuture<ModelInferResponse>> answers = new ArrayList<>();
        for (long sequence = 1; sequence <= 4; sequence++) {
            answers.add(async(end(start(request("full", sequence, sequence)))));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(Tensors.longs(answered(answers.get(i).get(20, TimeUnit.SECONDS), "y")))
                    .containsExactly(i + 1);
        }
        ModelStatistics statistics = server.stub()
                .modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName("full").build())
                .getModelStats(0);
        assertThat(statistics.getInferenceCount()).isEqualTo(4);
        assertThat(statistics.getExecutionCount()).isEqualTo(1);
    }

    @Test
    void whatWaitsForASlotAtTheEndIsTold() throws Exception {
        Path repository = Files.createTempDirectory(directory.getParent(), "ending");
        ModelDirectory.of(repository, "one")
                .version(1, SequenceModels.counter(DataType.UINT64))
                .config(config(1, PATIENT + FLAGS + id("TYPE_UINT64") + STATE) + "instance_group { count: 1 }");
        try (TestServer ending = TestServer.builder(repository)
                .exitTimeout(Duration.ofSeconds(2))
                .start()) {
            var unused = ending.stub().modelInfer(start(request("one", 1L, 1)).build());
            ListenableFuture<ModelInferResponse> waiting = GRPCInferenceServiceGrpc.newFutureStub(ending.channel())
                    .modelInfer(start(request("one", 2L, 2)).build());
            Await.until("the second waits", () -> ending.inFlight() == 1);
            ending.stop();
            ExecutionException told =
                    catchThrowableOfType(ExecutionException.class, () -> waiting.get(20, TimeUnit.SECONDS));
            assertThat(Status.fromThrowable(told).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void anIdleSequenceLeavesItsSlotToOthers() {
        assertThat(y(start(request("impatient", 1L, 1)))).isEqualTo(1);
        assertThat(y(start(request("impatient", 2L, 2))))
                .as("once the first is over")
                .isEqualTo(2);
        assertThat(refused(request("impatient", 1L, 3)).getDescription()).isEqualTo(notStarted(1, "impatient"));
    }

    @Test
    void aRunThatFailsLeavesTheMemoryAsItWas() {
        assertThat(y(start(request("strict", 1L, 2)))).as("from a file").isEqualTo(120);
        assertThat(refused(request("strict", 1L, 99)).getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(y(end(request("strict", 1L, 3)))).isEqualTo(150);
        assertThat(refused(start(request("strict", 2L, 99))).getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(refused(request("strict", 2L, 3)).getDescription()).isEqualTo(notStarted(2, "strict"));
    }

    @Test
    void aStateMayGrowAndBeSeen() {
        assertThat(Tensors.longs(answered(infer(start(request("history", 1L, 7))), "all")))
                .containsExactly(0, 0, 7);
        assertThat(Tensors.longs(answered(infer(end(request("history", 1L, 8))), "all")))
                .containsExactly(0, 0, 7, 8);
    }

    @Test
    void aStepOfAnEnsembleMayHaveSequences() {
        List<Long> answers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            ModelInferRequest.Builder request =
                    Requests.request("outer", List.of(Tensors.longs("in", Shape.of(1, 1), i))).toBuilder();
            request.putParameters(
                    "sequence_id", InferParameter.newBuilder().setInt64Param(77).build());
            request = i == 1 ? start(request) : i == 3 ? end(request) : request;
            answers.add(Tensors.longs(answered(infer(request), "out"))[0]);
        }
        assertThat(answers).containsExactly(1L, FACTOR + 2, (FACTOR + 2) * FACTOR + 3);
    }

    /** By the formula, what each of a sequence's requests is answered. */
    private static List<Long> alone(int sequence) {
        List<Long> answers = new ArrayList<>();
        long state = 0;
        for (int i = 0; i < LENGTH; i++) {
            state = state * FACTOR + value(sequence, i);
            answers.add(state);
        }
        return answers;
    }

    private static long value(int sequence, int place) {
        return sequence * 7L + place * 3L + 1;
    }

    private static ModelInferRequest.Builder part(String model, int sequence, int place) {
        ModelInferRequest.Builder request = request(model, 1L + sequence, value(sequence, place));
        request = place == 0 ? start(request) : request;
        return place == LENGTH - 1 ? end(request) : request;
    }

    @Test
    void aThousandInterleavedSequencesGiveWhatEachAloneWould() throws Exception {
        List<Integer> order = new ArrayList<>();
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            order.add(sequence);
        }
        Random random = new Random(5);
        for (int place = 0; place < LENGTH; place++) {
            Collections.shuffle(order, random);
            List<ListenableFuture<ModelInferResponse>> answers = new ArrayList<>();
            for (int sequence : order) {
                answers.add(async(part("many", sequence, place)));
            }
            for (int i = 0; i < order.size(); i++) {
                assertThat(Tensors.longs(answered(answers.get(i).get(20, TimeUnit.SECONDS), "y")))
                        .containsExactly(alone(order.get(i)).get(place));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "counter"})
    void aThousandInterleavedSequencesOnStreamsGiveWhatEachAloneWould(String model) throws Exception {
        // Of one stream no more than 256 requests are taken before they are answered: a sequence that waits for a slot
        // must
        // not keep the end of another from being read.
        int together = model.equals("many") ? 50 : 4;
        int streams = 4;
        List<Answers> answers = new ArrayList<>();
        for (int stream = 0; stream < streams; stream++) {
            answers.add(new Answers(server, requests(model, stream, streams, together)));
        }
        for (Answers each : answers) {
            each.check();
        }
    }

    /** The requests of one of several streams: of so many sequences at a time, mixed. */
    private static List<Part> requests(String model, int stream, int streams, int together) {
        List<Part> parts = new ArrayList<>();
        for (int first = stream * together; first < SEQUENCES; first += streams * together) {
            for (int place = 0; place < LENGTH; place++) {
                for (int sequence = first; sequence < Math.min(SEQUENCES, first + together); sequence++) {
                    parts.add(new Part(
                            part(model, sequence, place).build(),
                            alone(sequence).get(place)));
                }
            }
        }
        return parts;
    }

    private record Part(ModelInferRequest request, long expected) {}

    /** A stream's answers. */
    private static final class Answers implements StreamObserver<ModelStreamInferResponse> {
        private final List<Part> parts;
        private final List<ModelStreamInferResponse> received = Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<Boolean> end = new CompletableFuture<>();

        Answers(TestServer to, List<Part> parts) {
            this.parts = parts;
            StreamObserver<ModelInferRequest> requests =
                    GRPCInferenceServiceGrpc.newStub(to.channel()).modelStreamInfer(this);
            parts.forEach(each -> requests.onNext(each.request()));
            requests.onCompleted();
        }

        @Override
        public void onNext(ModelStreamInferResponse response) {
            received.add(response);
        }

        @Override
        public void onError(Throwable error) {
            end.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            end.complete(true);
        }

        void check() throws Exception {
            assertThat(end.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(received).hasSameSizeAs(parts);
            for (int i = 0; i < parts.size(); i++) {
                assertThat(received.get(i).getErrorMessage()).isEmpty();
                assertThat(Tensors.longs(answered(received.get(i).getInferResponse(), "y")))
                        .containsExactly(parts.get(i).expected());
            }
        }
    }
}
