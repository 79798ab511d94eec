package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with more rows than max_batch_size, to models that split them, over a socket. */
class LargeRequestsTest {
    private static final String SPLIT =
            " parameters { key: 'tern.batching.split_large_requests' value { string_value: 'true' } }";
    private static final int CANDIDATES = 1000;

    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @BeforeAll
    static void serve(@TempDir Path repository) throws IOException {
        String ranker = new String(demo("config.pbtxt"), StandardCharsets.UTF_8);
        ModelDirectory.of(repository, "ranker").version(1, demo("1/model.onnx")).config(ranker + SPLIT);
        for (DataType type : DataType.values()) {
            ModelDirectory.of(repository, identity(type))
                    .version(1, OnnxModels.identity(type))
                    .config("max_batch_size: 4" + SPLIT);
        }
        ModelDirectory.of(repository, "picky")
                .version(1, OnnxModels.gatherBadId())
                .config("max_batch_size: 4" + SPLIT);
        ModelDirectory.of(repository, "spy").version(1, OnnxModels.batchSpy()).config("max_batch_size: 4" + SPLIT);
        ModelDirectory.of(repository, "whole").version(1, OnnxModels.batchSpy()).config("max_batch_size: 4");
        ModelDirectory.of(repository, "words")
                .version(1, OnnxModels.stringVocabulary())
                .config("max_batch_size: 4" + SPLIT);
        ModelDirectory.of(repository, "one_row")
                .version(1, OnnxModels.claimsDynamicBatch())
                .config("max_batch_size: 4" + SPLIT);
        server = TestServer.serving(repository);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aThousandCandidatesScoreAsTheyDoOneByOne() throws Exception {
        RankerRows rows = new RankerRows();
        int[] candidates = IntStream.range(0, CANDIDATES).toArray();

        float[] together = floats(send(rows.request(candidates)));

        assertThat(together).hasSize(CANDIDATES);
        for (int row : candidates) {
            assertThat(together[row]).as("row %d by itself", row).isCloseTo(rows.expected(row), within(1e-5f));
            float alone = floats(send(rows.request(row)))[0];
            assertThat(together[row]).as("row %d as a request", row).isCloseTo(alone, within(1e-5f));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDatatypeComesBackAsItWent(DataType type) {
        for (int rows : new int[] {0, 1, 4, 5, 8, 11}) {
            ByteString data = data(type, rows);
            ModelInferResponse answer = send(request(identity(type), "x", type, data, rows, 3));
            assertThat(answer.getOutputs(0).getShapeList()).containsExactly((long) rows, 3L);
            assertThat(answer.getRawOutputContents(0))
                    .as("%s, %d rows", type, rows)
                    .isEqualTo(data);
        }
    }

    @Test
    void textsGoToTheRightRows() {
        String[] words = {"a", "z", "\u00e9", "z", "z", "a", "a", "\u00e9", "a", "z", "\u00e9"};
        ByteString data = ByteString.copyFrom(Tensors.bytes(Tensors.strings("", Shape.of(words.length), words)));
        ModelInferResponse answer = send(request("words", "word", DataType.BYTES, data, words.length, 1));
        long[] expected = LongStream.range(0, words.length)
                .map(i -> OnnxModels.VOCABULARY.indexOf(words[(int) i]))
                .toArray();
        assertThat(longs(answer, 0)).containsExactly(expected);
    }

    /** Each row tells how many it was run with. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 8, 10})
    void runsAreFullExceptTheLast(int rows) {
        ModelInferResponse answer = send(ids("spy", LongStream.range(0, rows).toArray()));
        assertThat(longs(answer, 0)).containsExactly(LongStream.range(0, rows).toArray());
        long[] together = LongStream.range(0, rows)
                .map(row -> Math.min(4, rows - row / 4 * 4))
                .toArray();
        assertThat(longs(answer, 1)).containsExactly(together);
    }

    @Test
    void oneBadRowFailsTheRequestInTheModelsWordsAndNoOther() {
        StatusRuntimeException failure = refused(ids("picky", 0, 1, 2, 3, 4, 99, 6, 7, 0, 1, 2, 3));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(failure.getStatus().getDescription()).matches("onnx runtime error \\d+: \\S.*");
        assertThat(floats(send(ids("picky", 7, 6, 5, 4, 3))))
                .startsWith(28, 29, 30, 31)
                .endsWith(12, 13, 14, 15);
    }

    @Test
    void withoutTheSettingMoreRowsAreRefusedAsTritonDoes() {
        StatusRuntimeException failure = refused(ids("whole", 1, 2, 3, 4, 5));
        assertThat(failure.getStatus())
                .extracting(Status::getCode, Status::getDescription)
                .containsExactly(
                        Status.Code.INVALID_ARGUMENT,
                        "[request id: <id_unknown>] inference request batch-size must be <= 4 for 'whole'");
    }

    /** A row may have no bytes at all, so that a tiny message can claim any number of them. */
    @Test
    void thereIsALimitToRowsAllTheSame() {
        ByteString none = ByteString.EMPTY;
        StatusRuntimeException failure =
                refused(request(identity(DataType.FP32), "x", DataType.FP32, none, 4L * 4096 + 1, 3));
        assertThat(failure.getStatus().getDescription())
                .endsWith("inference request batch-size must be <= 16384 for 'identity_fp32'");
    }

    @Test
    void aModelThatDoesNotTakeRowsTogetherIsNotSplit() {
        assertThat(server.models())
                .filteredOn(model -> model.name().equals("one_row"))
                .singleElement()
                .satisfies(model -> assertThat(model.versions().get(0).warnings())
                        .singleElement()
                        .asString()
                        .startsWith("not batched and not split: 4 rows together fail"));
        StatusRuntimeException failure =
                refused(request("one_row", "x", DataType.FP32, ByteString.copyFrom(new byte[5 * 16]), 5, 4));
        assertThat(failure.getStatus().getDescription()).endsWith("batch-size must be <= 4 for 'one_row'");
    }

    private static ModelInferRequest ids(String model, long... ids) {
        ByteBuffer bytes = ByteBuffer.allocate(ids.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long id : ids) {
            bytes.putLong(id);
        }
        return request(model, "id", DataType.INT64, ByteString.copyFrom(bytes.flip()), ids.length, 1);
    }

    private static ModelInferRequest request(
            String model, String input, DataType type, ByteString data, long rows, long columns) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName(input)
                        .setDatatype(type.name())
                        .addAllShape(List.of(rows, columns)))
                .addRawInputContents(data)
                .build();
    }

    private static ByteString data(DataType type, int rows) {
        Random random = new Random(7);
        if (type == DataType.BYTES) {
            String[] texts = IntStream.range(0, 3 * rows)
                    .mapToObj(i -> "\u00fc".repeat(random.nextInt(5)) + i)
                    .toArray(String[]::new);
            return ByteString.copyFrom(Tensors.bytes(Tensors.strings("", Shape.of(rows, 3), texts)));
        }
        byte[] bytes = new byte[3 * rows * type.elementSize()];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length && type == DataType.BOOL; i++) {
            bytes[i] &= 1;
        }
        return ByteString.copyFrom(bytes);
    }

    private static ModelInferResponse send(ModelInferRequest request) {
        return server.stub().modelInfer(request);
    }

    private static StatusRuntimeException refused(ModelInferRequest request) {
        return Objects.requireNonNull(catchThrowableOfType(StatusRuntimeException.class, () -> send(request)));
    }

    private static float[] floats(ModelInferResponse answer) {
        ByteBuffer bytes = littleEndian(answer, 0);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    private static long[] longs(ModelInferResponse answer, int output) {
        ByteBuffer bytes = littleEndian(answer, output);
        long[] values = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(values);
        return values;
    }

    private static ByteBuffer littleEndian(ModelInferResponse answer, int output) {
        return answer.getRawOutputContents(output).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String identity(DataType type) {
        return "identity_" + type.name().toLowerCase(Locale.ROOT);
    }

    private static byte[] demo(String file) throws IOException {
        try (InputStream in = LargeRequestsTest.class.getResourceAsStream("/demo-repository/ranker/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        }
    }
}
