package dev.tern.server.boot;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.server.testing.OnnxGraph.unknownRank;
import static dev.tern.server.testing.Tensors.floats;
import static dev.tern.server.testing.Tensors.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.server.engine.Slab;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How models of every kind are batched and served, by a real server. */
class ModelServingTest {
    private static final String SPECIAL_SAMPLE =
            "model_warmup { name: 's' batch_size: 1 inputs { key: 'id' value { data_type: TYPE_INT64 dims: 1"
                    + " input_data_file: '%s' } } }";
    private static final String SOFTMAX = "input { name: 'x' data_type: TYPE_FP32 dims: 4 }"
            + " output { name: 'y' data_type: TYPE_FP32 dims: 4 } dynamic_batching {} ";

    @TempDir
    static Path directory;

    private static TestServer server;
    private static long slabs;

    @BeforeAll
    static void serve() {
        slabs = Slab.live();
        model("mlp", OnnxModels.mlp(4, 8, 2));
        model("softmax", OnnxModels.softmaxOverBatch());
        model("softmax_set", OnnxModels.softmaxOverBatch()).config("max_batch_size: 8");
        model("softmax_tolerated", OnnxModels.softmaxOverBatch())
                .config("parameters { key: 'tern.batching.tolerance' value { string_value: '2' } }");
        model("softmax_alone", OnnxModels.softmaxOverBatch())
                .config("max_batch_size: 8 " + SOFTMAX.replace("dynamic_batching {}", ""));
        model("one_row", OnnxModels.claimsDynamicBatch());
        model("one_row_set", OnnxModels.claimsDynamicBatch()).config("max_batch_size: 8");
        model("quantized", OnnxModels.dynamicQuantization());
        model("quantized_coarse", OnnxModels.dynamicQuantization())
                .config("parameters { key: 'tern.batching.tolerance' value { string_value: '2' } }");
        model("special", idsFrom100());
        model("special_set", idsFrom100()).config("max_batch_size: 8");
        model("special_sampled", idsFrom100())
                .config(SPECIAL_SAMPLE.formatted("101"))
                .file("warmup/101", Tensors.bytes(longs("", Shape.of(1), 101)));
        model("any_length", OnnxModels.variableLengthSum()).config(lengths(3) + lengths(7) + lengths(3));
        model("swapped", OnnxModels.simple())
                .config("max_batch_size: 8 dynamic_batching {}"
                        + "input { name: 'INPUT1' data_type: TYPE_INT32 dims: 16 }"
                        + "input { name: 'INPUT0' data_type: TYPE_INT32 dims: 16 }"
                        + "output { name: 'OUTPUT1' data_type: TYPE_INT32 dims: 16 }");
        model("some_outputs", perRowAndTotal())
                .config("max_batch_size: 8 dynamic_batching {}"
                        + "input { name: 'x' data_type: TYPE_FP32 dims: 4 }"
                        + "output { name: 'y' data_type: TYPE_FP32 dims: 4 }");
        model("scalars", scalars());
        model("ranks_of_run", unknownOutput());
        model("ranks_of_config", unknownInput())
                .config("max_batch_size: 8 input { name: 'x' data_type: TYPE_FP32 dims: 3 }"
                        + " output { name: 'y' data_type: TYPE_FP32 dims: 3 }");
        model("rank_untold", unknownInput());
        server = TestServer.builder(directory.resolve("repository"))
                .strictReadiness(false)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
        assertThat(Slab.live()).as("slabs with references").isEqualTo(slabs);
    }

    @Test
    void rowsThatAnswerForThemselvesAreBatched() {
        assertThat(version("mlp").warnings()).isEmpty();
        assertThat(config("mlp").getMaxBatchSize()).isEqualTo(256);
        assertThat(config("mlp").hasDynamicBatching()).isTrue();
    }

    @Test
    void rowsThatSeeEachOtherAreNotBatchedUnlessToldTo() {
        assertThat(config("softmax").getMaxBatchSize()).isZero();
        assertThat(config("softmax").hasDynamicBatching()).isFalse();
        assertThat(warning("softmax")).startsWith("not batched: output 'y' of a row is ");
        // The caller's own rows still share a run.
        assertThat(Tensors.floats(infer("softmax", floats("x", Shape.of(2, 4), 0, 0, 0, 0, 0, 0, 0, 0))))
                .containsOnly(0.5f);

        assertThat(config("softmax_set").getMaxBatchSize()).isEqualTo(8);
        assertThat(config("softmax_set").hasDynamicBatching()).isTrue();
        assertThat(warning("softmax_set"))
                .startsWith("batched because max_batch_size is set, although rows affect each other: output 'y'");
    }

    @Test
    void theModelsOwnToleranceCounts() {
        assertThat(version("softmax_tolerated").warnings()).isEmpty();
        assertThat(config("softmax_tolerated").getMaxBatchSize()).isEqualTo(256);
    }

    @Test
    void whatIsNotBatchedDynamicallyIsNotProbed() {
        assertThat(version("softmax_alone").warnings()).isEmpty();
        assertThat(config("softmax_alone").getMaxBatchSize()).isEqualTo(8);
    }

    @Test
    void aModelThatFailsOnSeveralRowsIsNotBatchedWhateverItIsTold() {
        assertThat(config("one_row").getMaxBatchSize()).isZero();
        assertThat(warning("one_row")).startsWith("not batched: 4 rows together fail: onnx runtime error ");
        assertThat(config("one_row_set").getMaxBatchSize()).isEqualTo(8);
        assertThat(config("one_row_set").hasDynamicBatching()).isFalse();
        assertThat(warning("one_row_set"))
                .endsWith("; requests keep the batch dimension that max_batch_size gives them and run alone");
        for (String model : List.of("one_row", "one_row_set")) {
            assertThat(Tensors.floats(infer(model, floats("x", Shape.of(1, 4), 1, 2, 3, 4))))
                    .containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void aDynamicallyQuantizedModelIsBatchedAndMarkedWhetherTheProbeSeesItOrNot() {
        for (String model : List.of("quantized", "quantized_coarse")) {
            assertThat(config(model).getMaxBatchSize()).isEqualTo(256);
            assertThat(config(model).hasDynamicBatching()).isTrue();
            assertThat(warning(model)).startsWith("not row-wise: the model is dynamically quantized");
        }
    }

    @Test
    void aModelThatNoSampleFitsIsBatchedOnlyIfConfiguredAndGivenSamplesAreTried() {
        assertThat(config("special").getMaxBatchSize()).isZero();
        assertThat(warning("special"))
                .startsWith("not batched: whether rows may share a run could not be tried (a single sample row fails: ")
                .endsWith("; set max_batch_size, or give model_warmup samples");
        assertThat(config("special_set").getMaxBatchSize()).isEqualTo(8);
        assertThat(config("special_set").hasDynamicBatching()).isTrue();
        assertThat(warning("special_set")).startsWith("batched because max_batch_size is set; whether rows may share");
        assertThat(version("special_sampled").warnings()).isEmpty();
        assertThat(config("special_sampled").getMaxBatchSize()).isEqualTo(256);
    }

    @Test
    void samplesOfSeveralShapesAreTriedApart() {
        assertThat(version("any_length").warnings()).isEmpty();
        assertThat(config("any_length").hasDynamicBatching()).isTrue();
    }

    @Test
    void inputsAndOutputsMayBeConfiguredInAnyOrderAndOutputsLeftOut() {
        byte[] three = Tensors.bytes(ints(3));
        List<Tensor> outputs = Requests.infer(
                server,
                "swapped",
                Tensors.raw("INPUT0", DataType.INT32, Shape.of(1, 16), three),
                Tensors.raw("INPUT1", DataType.INT32, Shape.of(1, 16), Tensors.bytes(ints(1))));

        assertThat(outputs).extracting(Tensor::name).containsExactly("OUTPUT1");
        assertThat(Tensors.bytes(outputs.get(0))).isEqualTo(Tensors.bytes(ints(2)));
    }

    @Test
    void anOutputThatIsNotServedDoesNotPreventBatching() {
        assertThat(version("some_outputs").warnings()).isEmpty();
        assertThat(config("some_outputs").hasDynamicBatching()).isTrue();
        assertThat(Requests.infer(server, "some_outputs", floats("x", Shape.of(1, 4), 1, 2, 3, 4)))
                .extracting(Tensor::name)
                .containsExactly("y");
    }

    @Test
    void aScalarIsAVectorOfOneToClientsAndAScalarToTheModel() {
        List<Tensor> answers = Requests.infer(
                server, "scalars", floats("x", Shape.of(2, 3), 1, 2, 3, 4, 5, 6), longs("place", Shape.of(1), 1));

        // With a vector of one in its place the model would answer [1,3].
        assertThat(answers.get(0).shape()).isEqualTo(Shape.of(3));
        assertThat(Tensors.floats(answers.get(0))).containsExactly(4, 5, 6);
        assertThat(answers.get(1).shape()).isEqualTo(Shape.of(1));
        assertThat(Tensors.floats(answers.get(1))).containsExactly(15);
    }

    @Test
    void anOutputWithoutADeclaredShapeIsServedInTheShapeItHas() {
        assertThat(metadataShape("ranks_of_run")).hasSize(2);
        Tensor answer = infer("ranks_of_run", floats("x", Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8));

        assertThat(answer.shape()).isEqualTo(Shape.of(2, 4));
        assertThat(Tensors.floats(answer)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void anInputWithoutADeclaredShapeTakesTheConfiguredOne() {
        assertThat(infer("ranks_of_config", floats("x", Shape.of(1, 3), 1, 2, 3))
                        .shape())
                .isEqualTo(Shape.of(1, 3));
        assertThat(version("rank_untold").reason())
                .isEqualTo("input 'x' declares no shape in the model; config.pbtxt must give its dims");
    }

    @Test
    void answersOfRowsDoNotDependOnTheirBatch() {
        float[] together = Tensors.floats(infer("mlp", floats("x", Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8)));
        float[] second = Tensors.floats(infer("mlp", floats("x", Shape.of(1, 4), 5, 6, 7, 8)));

        assertThat(together).hasSize(4);
        assertThat(second[0]).isCloseTo(together[2], within(1e-6f));
        assertThat(second[1]).isCloseTo(together[3], within(1e-6f));
    }

    private static ModelDirectory model(String name, byte[] onnx) {
        return ModelDirectory.of(directory.resolve("repository"), name).version(1, onnx);
    }

    private static VersionIndex version(String model) {
        return server.loaded().stream()
                .filter(each -> each.name().equals(model))
                .findFirst()
                .orElseThrow()
                .versions()
                .get(0);
    }

    private static ModelConfig config(String model) {
        return Objects.requireNonNull(
                version(model).config(), () -> model + ": " + version(model).reason());
    }

    private static String warning(String model) {
        assertThat(version(model).warnings()).hasSize(1);
        return version(model).warnings().get(0);
    }

    private static Tensor infer(String model, Tensor input) {
        return Requests.infer(server, model, input).get(0);
    }

    private static List<Long> metadataShape(String model) {
        return server.stub()
                .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build())
                .getOutputs(0)
                .getShapeList();
    }

    private static String lengths(int length) {
        return "model_warmup { name: 's' batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: " + length
                + " random_data: true } } } ";
    }

    private static Tensor ints(int value) {
        byte[] bytes = new byte[64];
        for (int i = 0; i < bytes.length; i += Integer.BYTES) {
            bytes[i] = (byte) value;
        }
        return Tensors.raw("", DataType.INT32, Shape.of(1, 16), bytes);
    }

    /** Takes ids from 100 to 107. */
    private static byte[] idsFrom100() {
        return OnnxGraph.named("ids_from_100")
                .input("id", INT64, "batch", 1)
                .output("y", FLOAT, "batch", 1)
                .longs("hundred", List.of(), 100)
                .floats("table", List.of(8L), 0, 1, 2, 3, 4, 5, 6, 7)
                .node("Sub", List.of("id", "hundred"), "place")
                .node("Gather", List.of("table", "place"), "y")
                .bytes();
    }

    /** {@code y} is for each row, {@code total} for the whole batch. */
    private static byte[] perRowAndTotal() {
        return OnnxGraph.named("per_row_and_total")
                .input("x", FLOAT, "batch", 4)
                .output("total", FLOAT)
                .output("y", FLOAT, "batch", 4)
                .node("ReduceSum", "x", "total", OnnxGraph.attribute("keepdims", 0))
                .node("Neg", "x", "y")
                .bytes();
    }

    /** {@code x [n,3], place [] -> row [3]}, the row of x at that place, and {@code total []}, its sum. */
    private static byte[] scalars() {
        return OnnxGraph.named("scalars")
                .input("x", FLOAT, "n", 3)
                .input("place", INT64)
                .output("row", FLOAT, 3)
                .output("total", FLOAT)
                .node("Gather", List.of("x", "place"), "row")
                .node("ReduceSum", "row", "total", OnnxGraph.attribute("keepdims", 0))
                .bytes();
    }

    /** {@code y} has the shape of x, but nobody can tell before it runs. */
    private static byte[] unknownOutput() {
        return OnnxGraph.named("unknown_output")
                .input("x", FLOAT, "batch", 4)
                .output("y", unknownRank(FLOAT))
                .node("Shape", "x", "shape")
                .node("NonZero", "shape", "places")
                .longs("axes", List.of(1L), 0)
                .node("Squeeze", List.of("places", "axes"), "place")
                .node("Gather", List.of("shape", "place"), "same")
                .node("Reshape", List.of("x", "same"), "y")
                .bytes();
    }

    private static byte[] unknownInput() {
        return OnnxGraph.named("unknown_input")
                .input("x", unknownRank(FLOAT))
                .output("y", unknownRank(FLOAT))
                .node("Neg", "x", "y")
                .bytes();
    }
}
