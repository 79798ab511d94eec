package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.RepositoryIndexRequest;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.server.boot.TestServer;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Outputs answered as their best classes, over a real socket. What is refused is in {@link ErrorTableTest}. */
@Tag("protocol")
class ClassificationTest {
    private static final String LABELLED =
            "max_batch_size: 4 output { name: 'y' data_type: TYPE_FP32 dims: [3] label_filename: 'labels.txt' } ";

    private static TestServer server;
    private static Path directory;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        directory = repository;
        for (DataType type : DataType.values()) {
            ModelDirectory.of(repository, type.name()).version(1, OnnxModels.identity(type));
        }
        ModelDirectory.of(repository, "whole").version(1, OnnxModels.identity(DataType.FP32, 2, "n"));
        ModelDirectory.of(repository, "two").version(1, OnnxModels.twoOutputs());
        labelled("labelled", "cat\n\ndog\n").config(LABELLED);
        labelled("cached", "cat\n\ndog\n").config(LABELLED + "response_cache { enable: true }");
        labelled("changed", "old\n").config(LABELLED);
        ModelDirectory.of(repository, "unlabelled")
                .version(1, OnnxModels.identity(DataType.FP32))
                .config(LABELLED);
        server = TestServer.builder(repository)
                .control(new ControlSettings(
                        ControlMode.EXPLICIT, List.of("*"), Duration.ofSeconds(15), 0, OptionalLong.empty()))
                .start();
    }

    private static ModelDirectory labelled(String name, String labels) {
        return ModelDirectory.of(directory, name)
                .version(1, OnnxModels.identity(DataType.FP32))
                .file("labels.txt", labels.getBytes(StandardCharsets.UTF_8));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static InferRequestedOutputTensor best(int classes, String output) {
        return Requests.output(output).toBuilder()
                .putParameters(
                        "classification",
                        InferParameter.newBuilder().setInt64Param(classes).build())
                .build();
    }

    private static ModelInferRequest request(String model, int classes) {
        return Requests.raw(model, "x", "FP32", Requests.floats(1.5f, -2, 3.25f, 0, 9, 4), 2, 3)
                .addOutputs(best(classes, "y"))
                .build();
    }

    private static void assertClasses(ModelInferResponse answer, List<Long> shape, String... texts) {
        assertThat(answer.getOutputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(answer.getOutputs(0).getShapeList()).isEqualTo(shape);
        assertThat(answer.getRawOutputContents(0)).isEqualTo(Requests.texts(texts));
    }

    @Test
    void anAnswerHasSoManyClassesAtMost() {
        int elements = 100_002;
        ModelInferRequest asking = Requests.raw(
                        "whole", "x", "FP32", ByteString.copyFrom(new byte[elements * Float.BYTES]), 2, elements / 2)
                .addOutputs(best(elements, "y"))
                .build();
        assertThat(Refused.by(() -> server.stub().modelInfer(asking)))
                .isEqualTo(Refused.invalid("classification of output 'y' wants 100002 classes in all, of 100000 that an"
                        + " answer may have"));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"BOOL", "FP16", "BF16", "BYTES"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyTypeHasClassesThatTritonHasThemOf(DataType type) {
        int[] values = {1, 5, 3, 7, 0, 2};
        ByteBuffer bytes = ByteBuffer.allocate(6 * type.elementSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            int at = i * type.elementSize();
            switch (type) {
                case FP32 -> bytes.putFloat(at, values[i]);
                case FP64 -> bytes.putDouble(at, values[i]);
                default -> bytes.put(at, (byte) values[i]);
            }
        }
        String decimals = type == DataType.FP32 || type == DataType.FP64 ? ".000000" : "";
        ModelInferResponse answer = server.stub()
                .modelInfer(Requests.raw(type.name(), "x", type.name(), ByteString.copyFrom(bytes), 2, 3)
                        .addOutputs(best(2, "y"))
                        .build());
        assertClasses(
                answer,
                List.of(2L, 2L),
                "5" + decimals + ":1",
                "3" + decimals + ":2",
                "7" + decimals + ":0",
                "2" + decimals + ":2");
    }

    @ParameterizedTest
    @CsvSource({"BOOL, 1", "FP16, 2", "BF16, 2"})
    void otherTypesAreRefused(String type, int size) {
        ModelInferRequest request = Requests.raw(type, "x", type, ByteString.copyFrom(new byte[3 * size]), 1, 3)
                .addOutputs(best(1, "y"))
                .build();
        assertThat(Refused.by(() -> server.stub().modelInfer(request)))
                .isEqualTo(Refused.invalid(
                        "class result not available for output due to unsupported type '" + type + "'"));
    }

    @Test
    void classesHaveTheLabelsOfTheModelsFile() {
        assertClasses(
                server.stub().modelInfer(request("labelled", 3)),
                List.of(2L, 3L),
                "3.250000:2:dog",
                "1.500000:0:cat",
                "-2.000000:1",
                "9.000000:1",
                "4.000000:2:dog",
                "0.000000:0:cat");
    }

    @Test
    void thereAreNoMoreClassesThanElements() {
        assertClasses(
                server.stub().modelInfer(request("labelled", Integer.MAX_VALUE)),
                List.of(2L, 3L),
                "3.250000:2:dog",
                "1.500000:0:cat",
                "-2.000000:1",
                "9.000000:1",
                "4.000000:2:dog",
                "0.000000:0:cat");
    }

    @Test
    void withoutABatchDimensionAllElementsAreOfOneEntry() {
        assertClasses(server.stub().modelInfer(request("whole", 2)), List.of(2L), "9.000000:4", "4.000000:5");
    }

    @Test
    void ofNoElementsThereAreNoClasses() {
        ModelInferRequest empty = Requests.raw("whole", "x", "FP32", ByteString.EMPTY, 2, 0)
                .addOutputs(best(2, "y"))
                .build();
        assertClasses(server.stub().modelInfer(empty), List.of(0L));
    }

    @Test
    void otherOutputsAreAnsweredAsTheyAre() {
        ModelInferRequest request = Requests.raw("two", "x", "FP32", Requests.floats(1, 2, 3, 4), 1, 4)
                .addOutputs(Requests.output("total"))
                .addOutputs(best(1, "negated"))
                .build();
        ModelInferResponse answer = server.stub().modelInfer(request);
        assertThat(answer.getOutputs(0).getName()).isEqualTo("total");
        assertThat(answer.getRawOutputContents(0)).isEqualTo(Requests.floats(10));
        assertThat(answer.getOutputs(1).getName()).isEqualTo("negated");
        assertThat(answer.getRawOutputContents(1)).isEqualTo(Requests.texts("-1.000000:0"));
    }

    @Test
    void onAStreamTheyAreTheSame() throws Exception {
        OpenStream<ModelInferRequest> stream = OpenStream.on(server.channel())
                .send(request("labelled", 1), request("BOOL", 1), request("labelled", 2))
                .reading(3);
        assertClasses(stream.next().getInferResponse(), List.of(2L, 1L), "3.250000:2:dog", "9.000000:1");
        assertThat(stream.next().getErrorMessage()).contains("unsupported type 'BOOL'");
        assertClasses(
                stream.next().getInferResponse(),
                List.of(2L, 2L),
                "3.250000:2:dog",
                "1.500000:0:cat",
                "9.000000:1",
                "4.000000:2:dog");
        stream.halfClose();
        assertThat(stream.end().code()).isEqualTo(Status.Code.OK);
    }

    /** What is kept is the model's answer, whatever was made of it for whom. */
    @Test
    void whatTheCacheKeepsIsNotTheClasses() {
        ModelInferRequest plain = request("cached", 1).toBuilder()
                .clearOutputs()
                .addOutputs(Requests.output("y"))
                .build();
        for (int i = 0; i < 2; i++) {
            String origin = i == 0 ? "miss" : "l1";
            ModelInferResponse one = server.stub().modelInfer(request("cached", 1));
            assertThat(origin(one)).isEqualTo(origin);
            assertClasses(one, List.of(2L, 1L), "3.250000:2:dog", "9.000000:1");
            ModelInferResponse two = server.stub().modelInfer(request("cached", 2));
            assertThat(origin(two)).isEqualTo("l1");
            assertThat(two.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
            ModelInferResponse raw = server.stub().modelInfer(plain);
            assertThat(origin(raw)).isEqualTo("l1");
            assertThat(raw.getOutputs(0).getDatatype()).isEqualTo("FP32");
            assertThat(raw.getRawOutputContents(0)).isEqualTo(plain.getRawInputContents(0));
        }
    }

    private static String origin(ModelInferResponse answer) {
        return answer.getParametersOrThrow("tern_cache").getStringParam();
    }

    @Test
    void whoLoadsTheModelAgainGetsTheNewLabels() {
        assertClasses(
                server.stub().modelInfer(request("changed", 2)),
                List.of(2L, 2L),
                "3.250000:2",
                "1.500000:0:old",
                "9.000000:1",
                "4.000000:2");
        labelled("changed", "new\nmiddle\nlast\n");
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("changed")
                        .build());
        assertClasses(
                server.stub().modelInfer(request("changed", 2)),
                List.of(2L, 2L),
                "3.250000:2:last",
                "1.500000:0:new",
                "9.000000:1:middle",
                "4.000000:2:last");
    }

    @Test
    void aModelWhoseLabelsAreNotThereIsNotServed() {
        assertThat(server.stub()
                        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsList())
                .filteredOn(model -> model.getName().equals("unlabelled"))
                .singleElement()
                .satisfies(model -> assertThat(model.getReason())
                        .isEqualTo("label_filename 'labels.txt' of output 'y' is no file in the model's directory"));
    }
}
