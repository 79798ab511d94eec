package dev.tern.server.boot;

import static dev.tern.server.testing.Tensors.floats;
import static dev.tern.server.testing.Tensors.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.boot.assembly.DemoRepository;
import dev.tern.server.engine.Slab;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.LengthModels;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of different lengths share runs of a real server, and each is answered as if it were alone. */
class LengthsTest {
    /** A batch goes when it has 24 rows; the window only ends a test that failed. */
    private static final int ROWS = 24;

    private static final String IN_ONE_RUN = "max_batch_size: 24 dynamic_batching { preferred_batch_size: 24"
            + " max_queue_delay_microseconds: 20000000 } instance_group { count: 1 }"
            + parameter("max_padding_waste", "0.99");
    private static final String RAGGED = IN_ONE_RUN
            + "input { name: 'values' data_type: TYPE_FP32 dims: -1 allow_ragged_batch: true }"
            + "batch_input { kind: BATCH_ACCUMULATED_ELEMENT_COUNT_WITH_ZERO target_name: 'bounds'"
            + " data_type: TYPE_INT32 source_input: 'values' }"
            + "batch_output { target_name: 'doubled' kind: BATCH_SCATTER_WITH_INPUT_SHAPE source_input: 'values' }"
            + "output { name: 'sums' data_type: TYPE_FP32 dims: 1 }"
            + "output { name: 'doubled' data_type: TYPE_FP32 dims: -1 }";

    @TempDir
    static Path directory;

    private static TestServer server;
    private static long slabs;

    @BeforeAll
    static void serve() throws IOException {
        slabs = Slab.live();
        model("encoder", demoEncoder())
                .config(IN_ONE_RUN + parameter("pad", "input_ids:0") + parameter("mask", "attention_mask:input_ids"));
        model("masked_mean", LengthModels.maskedMean())
                .config(IN_ONE_RUN + parameter("pad", "ids:99") + parameter("mask", "mask:ids"));
        model("ragged", LengthModels.raggedSums()).config(RAGGED);
        model("mean", LengthModels.mean()).config(parameter("pad", "x:0"));
        model("mean_set", LengthModels.mean()).config("max_batch_size: 8" + parameter("pad", "x:0"));
        model("unrelated", LengthModels.doubled("other")).config(parameter("pad", "x:0"));
        model("told", LengthModels.doubled("other")).config(parameter("pad", "x:0") + parameter("cut", "y:x"));
        model("half_padded", LengthModels.maskedMean()).config(parameter("pad", "ids:0"));
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
    void textsOfAllLengthsInOneRunGetTheirOwnEmbeddings() throws Exception {
        assertThat(version("encoder").warnings()).isEmpty();
        List<List<Tensor>> requests = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < ROWS; i++) {
            long[] ids = random.longs(1 + random.nextInt(90), 0, 2000).toArray();
            requests.add(List.of(longs("input_ids", Shape.of(1, ids.length), ids)));
        }
        List<List<Tensor>> together = inOneRun("encoder", requests);

        for (int i = 0; i < ROWS; i++) {
            float[] alone = floats(inOneRun("encoder", Collections.nCopies(ROWS, requests.get(i)))
                    .get(0)
                    .get(0));
            assertThat(floats(together.get(i).get(0)))
                    .as("request %d", i)
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(alone);
        }
    }

    @Test
    void outputsAreCutToEachRequestsLengthAndPaddingIsCounted() throws Exception {
        List<List<Tensor>> requests = new ArrayList<>();
        for (int length = 1; length <= ROWS; length++) {
            long[] ids = new long[length];
            for (int i = 0; i < length; i++) {
                ids[i] = 1000L * length + i;
            }
            requests.add(List.of(longs("ids", Shape.of(1, length), ids)));
        }
        List<List<Tensor>> together = inOneRun("masked_mean", requests);

        for (int length = 1; length <= ROWS; length++) {
            List<Tensor> answer = together.get(length - 1);
            long[] ids = longs(requests.get(length - 1).get(0));
            assertThat(floats(answer.get(0))[0]).isEqualTo(1000f * length + (length - 1) / 2f, within(1e-3f));
            assertThat(answer.get(1).shape()).isEqualTo(Shape.of(1, length));
            long[] doubled = longs(answer.get(1));
            for (int i = 0; i < length; i++) {
                assertThat(doubled[i]).isEqualTo(2 * ids[i]);
            }
        }
        assertThat(metric("tern_inference_padded_elements_total", "masked_mean", "kind=\"real\""))
                .isEqualTo(ROWS * (ROWS + 1) / 2.0);
        assertThat(metric("tern_inference_padded_elements_total", "masked_mean", "kind=\"padding\""))
                .isEqualTo(ROWS * (ROWS - 1) / 2.0);
    }

    @Test
    void raggedRequestsAreJoinedInOneRun() throws Exception {
        assertThat(version("ragged").warnings()).isEmpty();
        List<List<Tensor>> requests = new ArrayList<>();
        for (int length = 0; length < ROWS; length++) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = length + i;
            }
            requests.add(List.of(Tensors.floats("values", Shape.of(1, length), values)));
        }
        List<List<Tensor>> together = inOneRun("ragged", requests);

        for (int length = 0; length < ROWS; length++) {
            float sum = 0;
            float[] doubled = floats(together.get(length).get(1));
            assertThat(together.get(length).get(1).shape()).isEqualTo(Shape.of(1, length));
            for (int i = 0; i < length; i++) {
                sum += length + i;
                assertThat(doubled[i]).isEqualTo(2f * (length + i));
            }
            assertThat(floats(together.get(length).get(0))).containsExactly(sum);
        }
    }

    @Test
    void answersThatDependOnPaddingEndItUnlessTheBatchSizeIsSet() {
        assertThat(version("mean").warnings())
                .singleElement()
                .asString()
                .startsWith("not padded, only requests of equal shapes share a run: with rows of other lengths in the"
                        + " run, output 'y' of a row is ");
        assertThat(config("mean").getParametersMap()).doesNotContainKey("tern.batching.pad");
        assertThat(config("mean").hasDynamicBatching()).isTrue();
        assertThat(version("mean_set").warnings())
                .singleElement()
                .asString()
                .startsWith("rows of different lengths share a run because max_batch_size is set, although answers"
                        + " depend on it: output 'y' of a row is ");
        assertThat(config("mean_set").getParametersMap()).containsKey("tern.batching.pad");
    }

    @Test
    void anOutputThatVariesWithNothingKnownFailsTheLoadUnlessItIsTold() {
        assertThat(version("unrelated").reason())
                .isEqualTo("output 'y' varies in dimension 1 ('other'), and the model does not say with which padded"
                        + " input: set tern.batching.cut to \"y[1]:INPUT[DIMENSION]\", or give the output's dims");
        assertThat(version("told").warnings()).isEmpty();
        assertThat(floats(Requests.infer(server, "told", Tensors.floats("x", Shape.of(1, 2), 1, 2))
                        .get(0)))
                .containsExactly(2, 4);
    }

    @Test
    void anInputWithThePaddedOnesLengthMustBePaddedToo() {
        assertThat(version("half_padded").reason())
                .isEqualTo("input 'mask' has the variable dimension 'length' in common with a padded input, and must be"
                        + " padded too: add it to tern.batching.pad or tern.batching.mask");
    }

    @Test
    void whatIsNotAMaskMustStillBeSent() {
        assertThatThrownBy(() -> Requests.infer(server, "masked_mean", longs("mask", Shape.of(1, 1), 1)))
                .hasMessageContaining("missing required input(s) ['ids']");
    }

    /** Sends the requests at once; they must run together, as nothing else ends the wait for 24 rows. */
    private static List<List<Tensor>> inOneRun(String model, List<List<Tensor>> requests) throws Exception {
        double runs = metric("tern_inference_executions_total", model, "outcome=\"success\"");
        GRPCInferenceServiceFutureStub stub = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
        List<ListenableFuture<ModelInferResponse>> answers = new ArrayList<>();
        for (List<Tensor> request : requests) {
            answers.add(stub.modelInfer(Requests.request(model, request)));
        }
        List<List<Tensor>> tensors = new ArrayList<>();
        for (ListenableFuture<ModelInferResponse> answer : answers) {
            tensors.add(Requests.tensors(answer.get()));
        }
        assertThat(metric("tern_inference_executions_total", model, "outcome=\"success\"") - runs)
                .as("runs for %d requests", requests.size())
                .isEqualTo(1);
        return tensors;
    }

    private static double metric(String name, String model, String label) {
        return server.metrics()
                .lines()
                .filter(line ->
                        line.startsWith(name + "{") && line.contains("model=\"" + model + "\"") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static ModelDirectory model(String name, byte[] onnx) {
        return ModelDirectory.of(directory.resolve("repository"), name).version(1, onnx);
    }

    private static VersionIndex version(String model) {
        return server.models().stream()
                .filter(each -> each.name().equals(model))
                .findFirst()
                .orElseThrow()
                .versions()
                .get(0);
    }

    private static ModelConfig config(String model) {
        return Objects.requireNonNull(version(model).config());
    }

    private static String parameter(String key, String value) {
        return " parameters { key: 'tern.batching." + key + "' value { string_value: '" + value + "' } } ";
    }

    private static byte[] demoEncoder() throws IOException {
        try (InputStream in = DemoRepository.open("encoder/1/model.onnx")) {
            return in.readAllBytes();
        }
    }
}
