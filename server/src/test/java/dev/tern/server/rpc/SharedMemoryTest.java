package dev.tern.server.rpc;

import static dev.tern.server.rpc.Refused.invalid;
import static dev.tern.server.rpc.Refused.notFound;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.tern.proto.inference.CudaSharedMemoryRegisterRequest;
import dev.tern.proto.inference.CudaSharedMemoryStatusRequest;
import dev.tern.proto.inference.CudaSharedMemoryStatusResponse;
import dev.tern.proto.inference.CudaSharedMemoryUnregisterRequest;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import dev.tern.proto.inference.ServerMetadataRequest;
import dev.tern.proto.inference.SystemSharedMemoryRegisterRequest;
import dev.tern.proto.inference.SystemSharedMemoryStatusRequest;
import dev.tern.proto.inference.SystemSharedMemoryStatusResponse.RegionStatus;
import dev.tern.proto.inference.SystemSharedMemoryUnregisterRequest;
import dev.tern.server.boot.TestServer;
import dev.tern.server.sharedmemory.Regions;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.EnsembleText;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Inputs and outputs in files that client and server share. */
@Tag("protocol")
class SharedMemoryTest {
    private static final int PATIENCE_SECONDS = 20;
    private static final int MAX_MESSAGE = 1 << 20;
    private static final int MOST_TRIES = 100_000;
    private static final int ROW_BYTES = 3 * Float.BYTES;
    private static final ByteString ROW = Requests.floats(1, 2, 3);
    private static final ByteString OTHER = Requests.floats(7, 8, 9);
    private static final String CUT_OFF =
            "the file of shared memory region 'mine' is shorter than it was when it was registered";

    /** Waits until there are two rows, so that a test may act before one is run. */
    private static final String PAIRS =
            "max_batch_size: 2 dynamic_batching { preferred_batch_size: [2] max_queue_delay_microseconds: 60000000 }";

    @TempDir
    private static Path directory;

    private static Path shared;
    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve() throws IOException {
        Path repository = Files.createDirectory(directory.resolve("models"));
        ModelDirectory.of(repository, "rows")
                .version(1, OnnxModels.identity(DataType.FP32))
                .config("max_batch_size: 4");
        ModelDirectory.of(repository, "pairs")
                .version(1, OnnxModels.identity(DataType.FP32))
                .config(PAIRS);
        ModelDirectory.of(repository, "kept")
                .version(1, OnnxModels.identity(DataType.FP32))
                .config(PAIRS + " response_cache { enable: true }");
        ModelDirectory.of(repository, "text").version(1, OnnxModels.identity(DataType.BYTES));
        ModelDirectory.of(repository, "simple").version(1, OnnxModels.simple());
        ModelDirectory.of(repository, "both")
                .file("1/.keep", new byte[0])
                .config(EnsembleText.of(
                        "max_batch_size: 4 input { name: 'in' data_type: TYPE_FP32 dims: 3 }"
                                + " output { name: 'out' data_type: TYPE_FP32 dims: 3 }",
                        EnsembleText.step("rows", Map.of("x", "in"), Map.of("y", "between")),
                        EnsembleText.step("rows", Map.of("x", "between"), Map.of("y", "out"))));
        shared = Files.createDirectory(directory.resolve("shm"));
        server = TestServer.builder(repository)
                .sharedMemory(shared)
                .maxMessageBytes(MAX_MESSAGE)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void watch() {
        noLeaks.watch("requests in flight", () -> server.inFlight());
        noLeaks.watch("open files of regions", Regions::openFiles);
    }

    @AfterEach
    void unregister() throws IOException {
        unregister("");
        try (Stream<Path> files = Files.list(shared)) {
            files.forEach(SharedMemoryTest::delete);
        }
    }

    @Test
    void anInputIsReadAndAnOutputWrittenThere() throws Exception {
        byte[] before = new byte[100];
        System.arraycopy(ROW.toByteArray(), 0, before, 20, ROW_BYTES);
        register("mine", before, 10, 80);
        ModelInferRequest request = Requests.to("rows")
                .setId("7")
                .addInputs(Requests.input("x", "FP32", 1, 3).putAllParameters(place("mine", 10, ROW_BYTES)))
                .addOutputs(output("y", "mine", 40, ROW_BYTES + 5))
                .build();
        byte[] after = before.clone();
        System.arraycopy(ROW.toByteArray(), 0, after, 50, ROW_BYTES);

        ModelInferResponse answer = server.stub().modelInfer(request);
        assertPlaced(answer);
        assertThat(file("mine")).isEqualTo(after);
        Files.write(shared.resolve("mine"), before);

        OpenStream<ModelInferRequest> stream =
                OpenStream.on(server.channel()).send(request).reading(1);
        assertPlaced(stream.next().getInferResponse());
        stream.halfClose();
        assertThat(stream.end().code()).isEqualTo(Status.Code.OK);
        assertThat(file("mine")).isEqualTo(after);
    }

    private static void assertPlaced(ModelInferResponse answer) {
        assertThat(answer.getId()).isEqualTo("7");
        assertThat(answer.getRawOutputContentsList()).containsExactly(ByteString.EMPTY);
        assertThat(answer.getOutputsList())
                .containsExactly(InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(3)
                        .putAllParameters(place("mine", 40, ROW_BYTES))
                        .build());
    }

    @Test
    void onlyInputsInTheMessageHaveRawContents() throws Exception {
        int bytes = 16 * Integer.BYTES;
        ByteString first = Requests.ints(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        ByteString ones = Requests.ints(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        ByteString sum = Requests.ints(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        ByteString difference = Requests.ints(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        register("mine", first.concat(first).toByteArray(), 0, 2L * bytes);
        ModelInferResponse answer = server.stub()
                .modelInfer(Requests.to("simple")
                        .addInputs(Requests.input("INPUT0", "INT32", 1, 16).putAllParameters(place("mine", 0, bytes)))
                        .addInputs(Requests.input("INPUT1", "INT32", 1, 16))
                        .addRawInputContents(ones)
                        .addOutputs(Requests.output("OUTPUT1"))
                        .addOutputs(output("OUTPUT0", "mine", bytes, bytes))
                        .build());
        assertThat(answer.getRawOutputContentsList()).containsExactly(difference, ByteString.EMPTY);
        assertThat(file("mine")).isEqualTo(first.concat(sum).toByteArray());
    }

    @Test
    void textsAreLedByTheirLengthThere() throws Exception {
        ByteString texts = Requests.texts("a", "", "\u00e9t\u00e9");
        register("mine", new byte[100], 0, 100);
        write("mine", 0, texts);
        ModelInferResponse answer = server.stub()
                .modelInfer(Requests.to("text")
                        .addInputs(Requests.input("x", "BYTES", 1, 3).putAllParameters(place("mine", 0, texts.size())))
                        .addOutputs(output("y", "mine", 50, 50))
                        .build());
        assertThat(answer.getOutputs(0).getParametersMap()).isEqualTo(place("mine", 50, texts.size()));
        assertThat(ByteString.copyFrom(file("mine"), 50, texts.size())).isEqualTo(texts);
    }

    @Test
    void textsAreCheckedThere() throws Exception {
        register("mine", new byte[] {9, 0, 0, 0, 'a'}, 0, 5);
        assertThat(Refused.by(() -> server.stub()
                        .modelInfer(Requests.to("text")
                                .addInputs(Requests.input("x", "BYTES", 1, 3).putAllParameters(place("mine", 0, 5)))
                                .build())))
                .isEqualTo(
                        invalid("incomplete string data for inference input 'x', expecting string of length 9 but only"
                                + " 1 bytes available"));
    }

    @Test
    void anEnsembleTakesThem() throws Exception {
        register("mine", ROW.concat(OTHER).toByteArray(), 0, 2 * ROW_BYTES);
        ModelInferResponse answer = server.stub()
                .modelInfer(Requests.to("both")
                        .addInputs(Requests.input("in", "FP32", 1, 3).putAllParameters(place("mine", 0, ROW_BYTES)))
                        .addOutputs(output("out", "mine", ROW_BYTES, ROW_BYTES))
                        .build());
        assertThat(answer.getRawOutputContentsList()).containsExactly(ByteString.EMPTY);
        assertThat(file("mine")).isEqualTo(ROW.concat(ROW).toByteArray());
    }

    @Test
    void regionsAreListed() throws Exception {
        assertThat(statuses("")).isEmpty();
        register("mine", new byte[10], 0, 10);
        register("part", "mine", 3, 4);
        RegionStatus mine = RegionStatus.newBuilder()
                .setName("mine")
                .setKey("/mine")
                .setByteSize(10)
                .build();
        RegionStatus part = RegionStatus.newBuilder()
                .setName("part")
                .setKey("mine")
                .setOffset(3)
                .setByteSize(4)
                .build();
        assertThat(statuses("")).isEqualTo(Map.of("mine", mine, "part", part));
        assertThat(statuses("part")).isEqualTo(Map.of("part", part));
        assertThat(Refused.by(() -> statuses("other")))
                .isEqualTo(notFound("Unable to find system shared memory region: 'other'"));
        assertThat(Refused.by(() -> register("mine", "mine", 0, 1)))
                .isEqualTo(new Refused(Status.Code.ALREADY_EXISTS, "shared memory region 'mine' already in manager"));
        unregister("other");
        unregister("mine");
        assertThat(statuses("")).isEqualTo(Map.of("part", part));
        assertThat(Refused.by(() -> server.stub().modelInfer(reading("rows"))))
                .isEqualTo(notFound("Unable to find shared memory region: 'mine'"));
        register("mine", "mine", 0, 1);
        unregister("");
        assertThat(statuses("")).isEmpty();
        assertThat(Regions.openFiles()).isZero();
    }

    @Test
    void whatCannotBeRegisteredIsRefused() throws Exception {
        Files.write(directory.resolve("secret"), new byte[10]);
        Files.createSymbolicLink(shared.resolve("link"), directory.resolve("secret"));
        Files.write(shared.resolve("data"), new byte[10]);
        for (String key : List.of("link", "missing")) {
            assertThat(Refused.by(() -> register("mine", key, 0, 1)))
                    .isEqualTo(new Refused(Status.Code.INTERNAL, "Unable to open shared memory region: '" + key + "'"));
        }
        assertThat(Refused.by(() -> register("mine", "../secret", 0, 1)).code())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Refused.by(() -> register("mine", "data", Long.MAX_VALUE, Long.MAX_VALUE)))
                .isEqualTo(invalid("failed to register shared memory region 'mine': invalid args"));
        assertThat(statuses("")).isEmpty();
    }

    static Stream<Arguments> refusals() {
        String input = " parameter for tensor 'x'";
        InferParameter number = number(ROW_BYTES);
        InferParameter unsigned =
                InferParameter.newBuilder().setUint64Param(ROW_BYTES).build();
        InferParameter name = text("mine");
        return Stream.of(
                row(
                        Map.of("shared_memory_region", number, "shared_memory_byte_size", number),
                        "invalid value type for 'shared_memory_region'" + input + ", expected string_param."),
                row(
                        Map.of("shared_memory_region", name),
                        "'shared_memory_byte_size' must be specified along with 'shared_memory_region'" + input),
                row(
                        Map.of("shared_memory_region", name, "shared_memory_byte_size", unsigned),
                        "invalid value type for 'shared_memory_byte_size'" + input + ", expected int64_param."),
                row(
                        Map.of(
                                "shared_memory_region",
                                name,
                                "shared_memory_offset",
                                name,
                                "shared_memory_byte_size",
                                number),
                        "invalid value type for 'shared_memory_offset'" + input + ", expected int64_param."),
                row(
                        Map.of("shared_memory_offset", number),
                        "'shared_memory_offset' can not be specified without 'shared_memory_region'" + input),
                row(
                        Map.of("shared_memory_byte_size", number),
                        "'shared_memory_byte_size' can not be specified without 'shared_memory_region'" + input),
                row(place("mine", 100, ROW_BYTES), "Invalid offset for shared memory region: 'mine'"),
                row(place("mine", -1, ROW_BYTES), "Invalid offset for shared memory region: 'mine'"),
                row(place("mine", 99, ROW_BYTES), "Invalid offset + byte size for shared memory region: 'mine'"),
                row(place("mine", 1, 100), "Invalid offset + byte size for shared memory region: 'mine'"),
                row(place("mine", Long.MAX_VALUE, ROW_BYTES), "Invalid offset for shared memory region: 'mine'"),
                row(place("mine", 0, -1), "Invalid offset + byte size for shared memory region: 'mine'"),
                row(
                        place("mine", 0, 8),
                        "[request id: <id_unknown>] input byte size mismatch for input 'x' for model 'rows'. Expected 12,"
                                + " got 8"));
    }

    private static Arguments row(Map<String, InferParameter> parameters, String message) {
        return Arguments.of(parameters, message);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aPlaceThatIsNoneIsRefused(Map<String, InferParameter> parameters, String message) throws Exception {
        register("mine", new byte[100], 0, 100);
        assertThat(Refused.by(() -> server.stub()
                        .modelInfer(Requests.to("rows")
                                .addInputs(Requests.input("x", "FP32", 1, 3).putAllParameters(parameters))
                                .build())))
                .isEqualTo(invalid(message));
    }

    @Test
    void contentsBesideAPlaceAreRefused() throws Exception {
        register("mine", new byte[100], 0, 100);
        assertThat(Refused.by(() -> server.stub()
                        .modelInfer(Requests.to("rows")
                                .addInputs(Requests.input("x", "FP32", 1, 3)
                                        .putAllParameters(place("mine", 0, ROW_BYTES))
                                        .setContents(InferTensorContents.getDefaultInstance()))
                                .build())))
                .isEqualTo(
                        invalid(
                                "unexpected 'content' provided when using shared memory for input tensor 'x' for model 'rows'"));
    }

    @Test
    void inputsThereAreNoLargerThanInAMessage() throws Exception {
        try (FileChannel file =
                FileChannel.open(shared.resolve("mine"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ROW.asReadOnlyByteBuffer(), 4L * MAX_MESSAGE);
        }
        register("mine", "mine", 0, 4L * MAX_MESSAGE);
        assertThat(Refused.by(() -> server.stub()
                        .modelInfer(Requests.to("rows")
                                .addInputs(Requests.input("x", "FP32", MAX_MESSAGE, 3)
                                        .putAllParameters(place("mine", 0, MAX_MESSAGE)))
                                .addInputs(Requests.input("z", "FP32", 1, 3).putAllParameters(place("mine", 0, 1)))
                                .build())))
                .isEqualTo(
                        new Refused(
                                Status.Code.RESOURCE_EXHAUSTED,
                                "the request's inputs in shared memory have more bytes than the 1048576 that a message may have"));
    }

    @Test
    void aPlaceThatIsNoneIsSaidBeforeItsSize() throws Exception {
        assertThat(Refused.by(() -> server.stub()
                        .modelInfer(Requests.to("rows")
                                .addInputs(Requests.input("x", "FP32", MAX_MESSAGE, 3)
                                        .putAllParameters(place("mine", 0, 4L * MAX_MESSAGE)))
                                .build())))
                .isEqualTo(notFound("Unable to find shared memory region: 'mine'"));
    }

    @Test
    void anOutputThatHasNoRoomFails() throws Exception {
        byte[] before = new byte[100];
        register("mine", before, 0, 100);
        assertThat(Refused.by(() -> server.stub().modelInfer(writing("rows", ROW_BYTES - 1))))
                .isEqualTo(new Refused(
                        Status.Code.INTERNAL,
                        "shared memory size specified with the request for output 'y' (11 bytes) should be at least 12"
                                + " bytes to hold the results"));
        assertThat(file("mine")).isEqualTo(before);
    }

    @Test
    void anInputThatIsCutOffFailsAloneInItsBatch() throws Exception {
        register("mine", ROW.toByteArray(), 0, ROW_BYTES);
        Future<ModelInferResponse> cut = send(reading("pairs"));
        truncate("mine", ROW_BYTES - 1);
        Future<ModelInferResponse> other = send(raw("pairs", OTHER));
        assertThat(Refused.by(cut)).isEqualTo(invalid(CUT_OFF));
        assertThat(answer(other)).isEqualTo(OTHER);
    }

    @Test
    void anOutputWhoseFileIsCutOffFails() throws Exception {
        register("mine", ROW.toByteArray(), 0, ROW_BYTES);
        Future<ModelInferResponse> cut = send(writing("pairs", ROW_BYTES));
        truncate("mine", ROW_BYTES - 1);
        Future<ModelInferResponse> other = send(raw("pairs", OTHER));
        assertThat(Refused.by(cut)).isEqualTo(invalid(CUT_OFF));
        assertThat(answer(other)).isEqualTo(OTHER);
        assertThat(file("mine")).as("not made longer").hasSize(ROW_BYTES - 1);
    }

    @Test
    void whatIsKeptIsTheAnswerToWhatItIsKeptUnder() throws Exception {
        register("mine", ROW.toByteArray(), 0, ROW_BYTES);
        Future<ModelInferResponse> asked = send(reading("kept"));
        write("mine", 0, OTHER);
        assertThat(answer(send(raw("kept", Requests.floats(0, 0, 0))))).isEqualTo(Requests.floats(0, 0, 0));
        assertThat(answer(asked)).as("what was there when it was asked for").isEqualTo(ROW);
        ModelInferResponse again = server.stub().modelInfer(raw("kept", ROW));
        assertThat(again.getParametersOrThrow("tern_cache").getStringParam()).isEqualTo("l1");
        assertThat(again.getRawOutputContents(0)).isEqualTo(ROW);
        // A kept answer is written there, too, and what is kept is not changed by it.
        assertPlacedKept();
        assertThat(server.stub().modelInfer(raw("kept", ROW)).getRawOutputContents(0))
                .isEqualTo(ROW);
    }

    private static void assertPlacedKept() throws IOException {
        ModelInferResponse answer = server.stub()
                .modelInfer(raw("kept", ROW).toBuilder()
                        .addOutputs(output("y", "mine", 0, ROW_BYTES))
                        .build());
        assertThat(answer.getRawOutputContentsList()).containsExactly(ByteString.EMPTY);
        assertThat(file("mine")).isEqualTo(ROW.toByteArray());
    }

    @Test
    void aRequestEndsWellThoughItsRegionIsUnregistered() throws Exception {
        register("mine", ROW.concat(OTHER).toByteArray(), 0, 2 * ROW_BYTES);
        Future<ModelInferResponse> asked = send(reading("pairs").toBuilder()
                .addOutputs(output("y", "mine", ROW_BYTES, ROW_BYTES))
                .build());
        unregister("");
        assertThat(statuses("")).isEmpty();
        assertThat(Regions.openFiles()).isEqualTo(1);
        register("mine", "mine", 0, 1);
        Future<ModelInferResponse> other = send(raw("pairs", OTHER));
        assertThat(answer(asked)).isEqualTo(ByteString.EMPTY);
        assertThat(answer(other)).isEqualTo(OTHER);
        assertThat(file("mine")).isEqualTo(ROW.concat(ROW).toByteArray());
        Await.until("the first region's file is closed", () -> Regions.openFiles() == 1);
    }

    @Test
    void aFileThatChangesItsLengthAllTheTimeHarmsNobodyElse() throws Exception {
        register("mine", ROW.toByteArray(), 0, ROW_BYTES);
        AtomicBoolean over = new AtomicBoolean();
        Thread changing = new Thread(() -> {
            while (!over.get()) {
                truncate("mine", 0);
                write("mine", 0, ROW);
            }
        });
        changing.start();
        try {
            Set<String> outcomes = new HashSet<>();
            for (int i = 0; i < MOST_TRIES && (i < 300 || outcomes.size() < 2); i++) {
                Future<ModelInferResponse> cut = ask(reading("rows").toBuilder()
                        .addOutputs(output("y", "mine", 0, ROW_BYTES))
                        .build());
                Future<ModelInferResponse> other = ask(raw("rows", OTHER));
                assertThat(answer(other)).isEqualTo(OTHER);
                outcomes.add(outcome(cut));
            }
            assertThat(outcomes).as("both are tried").containsExactlyInAnyOrder("OK", CUT_OFF);
        } finally {
            over.set(true);
            changing.join();
        }
        assertThat(server.stub().modelInfer(reading("rows")).getRawOutputContents(0))
                .isEqualTo(ROW);
    }

    @Test
    void thereIsNoMemoryOfAGpu() throws Exception {
        assertThat(cudaStatus("")).isEqualTo(CudaSharedMemoryStatusResponse.getDefaultInstance());
        assertThat(Refused.by(() -> cudaStatus("mine")))
                .isEqualTo(notFound("Unable to find cuda shared memory region: 'mine'"));
        register("mine", new byte[1], 0, 1);
        assertThat(Refused.by(() -> cudaStatus("mine")))
                .isEqualTo(notFound(
                        "The region named 'mine' is registered as system shared memory, not CUDA shared memory"));
        Refused refused = Refused.by(() -> server.stub()
                .cudaSharedMemoryRegister(CudaSharedMemoryRegisterRequest.newBuilder()
                        .setName("gpu")
                        .build()));
        assertThat(refused.code()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(refused.message()).startsWith("CUDA shared memory is not supported");
        var unused = server.stub().cudaSharedMemoryUnregister(CudaSharedMemoryUnregisterRequest.getDefaultInstance());
        assertThat(statuses("")).as("regions of the other kind stay").hasSize(1);
    }

    @Test
    void theServerSaysWhetherItIsAllowed(@TempDir Path repository) throws Exception {
        assertThat(extensions(server)).contains("system_shared_memory").doesNotContain("cuda_shared_memory");
        Refused disabled = new Refused(
                Status.Code.UNIMPLEMENTED,
                "Client shared memory is disabled. Start the server with '--allow-client-shm=true' to enable.");
        try (TestServer without = TestServer.serving(repository)) {
            assertThat(extensions(without)).doesNotContain("system_shared_memory");
            var stub = without.stub();
            assertThat(stub.systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.getDefaultInstance())
                            .getRegionsMap())
                    .isEmpty();
            assertThat(Refused.by(() ->
                            stub.systemSharedMemoryRegister(SystemSharedMemoryRegisterRequest.getDefaultInstance())))
                    .isEqualTo(disabled);
            assertThat(Refused.by(() -> stub.systemSharedMemoryUnregister(
                            SystemSharedMemoryUnregisterRequest.getDefaultInstance())))
                    .isEqualTo(disabled);
            assertThat(Refused.by(
                            () -> stub.cudaSharedMemoryRegister(CudaSharedMemoryRegisterRequest.getDefaultInstance())))
                    .isEqualTo(disabled);
            assertThat(Refused.by(() ->
                            stub.cudaSharedMemoryUnregister(CudaSharedMemoryUnregisterRequest.getDefaultInstance())))
                    .isEqualTo(disabled);
        }
    }

    private static List<String> extensions(TestServer asked) {
        return asked.stub()
                .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                .getExtensionsList();
    }

    private static Map<String, InferParameter> place(String region, long offset, long byteSize) {
        return Map.of(
                "shared_memory_region",
                text(region),
                "shared_memory_offset",
                number(offset),
                "shared_memory_byte_size",
                number(byteSize));
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    private static InferRequestedOutputTensor output(String name, String region, long offset, long byteSize) {
        return Requests.output(name).toBuilder()
                .putAllParameters(place(region, offset, byteSize))
                .build();
    }

    /** A row of the region {@code mine}. */
    private static ModelInferRequest reading(String model) {
        return Requests.to(model)
                .addInputs(Requests.input("x", "FP32", 1, 3).putAllParameters(place("mine", 0, ROW_BYTES)))
                .build();
    }

    /** A row of the message, answered into the region {@code mine}. */
    private static ModelInferRequest writing(String model, long byteSize) {
        return raw(model, ROW).toBuilder()
                .addOutputs(output("y", "mine", 0, byteSize))
                .build();
    }

    private static ModelInferRequest raw(String model, ByteString row) {
        return Requests.raw(model, "x", "FP32", row, 1, 3).build();
    }

    /** Sends {@code request} and returns when the server has decoded it. */
    private static Future<ModelInferResponse> send(ModelInferRequest request) {
        int before = server.inFlight();
        ListenableFuture<ModelInferResponse> answer = ask(request);
        Await.until("the server has the request", () -> server.inFlight() > before || answer.isDone());
        // There is one event loop: when it answers this, it is done with the request.
        var unused = statuses("");
        return answer;
    }

    private static ListenableFuture<ModelInferResponse> ask(ModelInferRequest request) {
        return GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(request);
    }

    private static ByteString answer(Future<ModelInferResponse> answer) throws Exception {
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getRawOutputContents(0);
    }

    private static String outcome(Future<ModelInferResponse> answer) {
        try {
            answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return "OK";
        } catch (Exception e) {
            return String.valueOf(Status.fromThrowable(e).getDescription());
        }
    }

    /** Registers all of a file of this name, that holds {@code content}. */
    private static void register(String name, byte[] content, long offset, long byteSize) throws IOException {
        Files.write(shared.resolve(name), content);
        register(name, "/" + name, offset, byteSize);
    }

    private static void register(String name, String key, long offset, long byteSize) {
        var unused = server.stub()
                .systemSharedMemoryRegister(SystemSharedMemoryRegisterRequest.newBuilder()
                        .setName(name)
                        .setKey(key)
                        .setOffset(offset)
                        .setByteSize(byteSize)
                        .build());
    }

    private static void unregister(String name) {
        var unused = server.stub()
                .systemSharedMemoryUnregister(SystemSharedMemoryUnregisterRequest.newBuilder()
                        .setName(name)
                        .build());
    }

    private static Map<String, RegionStatus> statuses(String name) {
        return server.stub()
                .systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.newBuilder()
                        .setName(name)
                        .build())
                .getRegionsMap();
    }

    private static CudaSharedMemoryStatusResponse cudaStatus(String name) {
        return server.stub()
                .cudaSharedMemoryStatus(
                        CudaSharedMemoryStatusRequest.newBuilder().setName(name).build());
    }

    private static byte[] file(String name) throws IOException {
        return Files.readAllBytes(shared.resolve(name));
    }

    private static void write(String name, long at, ByteString bytes) {
        try (FileChannel file = FileChannel.open(shared.resolve(name), StandardOpenOption.WRITE)) {
            file.write(bytes.asReadOnlyByteBuffer(), at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void truncate(String name, long size) {
        try (FileChannel file = FileChannel.open(shared.resolve(name), StandardOpenOption.WRITE)) {
            file.truncate(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
