package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoCompleteTest {
    private static final Signature RANKER = new Signature(
            List.of(fp32("dense", -1, 13), new TensorSpec("ids", DataType.INT64, Shape.of(-1, 26))),
            List.of(fp32("score", -1), fp32("embedding", -1, -1, 8)));

    private static final Signature FIXED = new Signature(List.of(fp32("x", 1, 28)), List.of(fp32("y", 1, 10)));

    private static final String SPLIT =
            "parameters { key: 'tern.batching.split_large_requests' value { string_value: 'true' } }";

    @Test
    void fillsEverything() throws ConfigException {
        ModelConfig config = complete("", RANKER);
        assertThat(config.getMaxBatchSize()).isEqualTo(256);
        assertThat(config.getInputList())
                .containsExactly(
                        input("name: 'dense' data_type: TYPE_FP32 dims: 13"),
                        input("name: 'ids' data_type: TYPE_INT64 dims: 26"));
        assertThat(config.getOutputList())
                .containsExactly(
                        output("name: 'score' data_type: TYPE_FP32 dims: 1 reshape { }"),
                        output("name: 'embedding' data_type: TYPE_FP32 dims: [ -1, 8 ]"));
        assertThat(config.hasDynamicBatching()).isTrue();
        assertThat(config.getDynamicBatching().getPreferredBatchSizeList()).containsExactly(256);
        assertThat(filled(config)).isEqualTo("max_batch_size,input,output,dynamic_batching");
        assertThat(AutoComplete.hasExplicitMaxBatchSize(config)).isFalse();
    }

    @Test
    void listsFullShapesOfAModelThatCannotBatch() throws ConfigException {
        ModelConfig config = complete("", FIXED);
        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.getInputList()).containsExactly(input("name: 'x' data_type: TYPE_FP32 dims: [ 1, 28 ]"));
        assertThat(config.getOutputList()).containsExactly(output("name: 'y' data_type: TYPE_FP32 dims: [ 1, 10 ]"));
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(filled(config)).isEqualTo("input,output");
    }

    @Test
    void keepsAnExplicitBatchSize() throws ConfigException {
        ModelConfig config = complete("max_batch_size: 8", RANKER);
        assertThat(config.getMaxBatchSize()).isEqualTo(8);
        assertThat(filled(config)).isEqualTo("input,output,dynamic_batching");
        assertThat(AutoComplete.hasExplicitMaxBatchSize(config)).isTrue();
    }

    @Test
    void addsNoSchedulerForSingleRows() throws ConfigException {
        assertThat(complete("max_batch_size: 1", RANKER).hasDynamicBatching()).isFalse();
    }

    @Test
    void keepsAGivenScheduler() throws ConfigException {
        ModelConfig config = complete("dynamic_batching { max_queue_delay_microseconds: 100 }", RANKER);
        assertThat(config.getDynamicBatching().getMaxQueueDelayMicroseconds()).isEqualTo(100);
        assertThat(config.getDynamicBatching().getPreferredBatchSizeList()).containsExactly(256);
        assertThat(filled(config)).isEqualTo("max_batch_size,input,output");
    }

    @Test
    void leavesAModelUnbatchedWhenToldSo() throws ConfigException {
        ModelConfig config = AutoComplete.complete(given(""), RANKER, 0);
        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.getInput(0).getDimsList()).containsExactly(-1L, 13L);
        assertThat(filled(config)).isEqualTo("input,output");
    }

    @Test
    void fillsNothingWhenInputsAndOutputsAreGiven() throws ConfigException {
        String text = """
                input [ { name: "dense" data_type: TYPE_FP32 dims: [ -1, 13 ] },
                        { name: "ids" data_type: TYPE_INT64 dims: [ -1, 26 ] } ]
                output { name: "score" data_type: TYPE_FP32 dims: -1 }
                """;
        assertThat(complete(text, RANKER)).isEqualTo(given(text));
    }

    @Test
    void letsGivenDimsDecideAboutBatching() throws ConfigException {
        String full = "input [ { name: 'dense' data_type: TYPE_FP32 dims: [ -1, 13 ] },"
                + " { name: 'ids' data_type: TYPE_INT64 dims: [ -1, 26 ] } ]";
        assertThat(complete(full, RANKER).getMaxBatchSize()).isZero();
        String rows = "input [ { name: 'dense' data_type: TYPE_FP32 dims: [ 13 ] },"
                + " { name: 'ids' data_type: TYPE_INT64 dims: [ 26 ] } ]";
        ModelConfig batching = complete(rows, RANKER);
        assertThat(batching.getMaxBatchSize()).isEqualTo(256);
        assertThat(filled(batching)).isEqualTo("max_batch_size,output,dynamic_batching");
    }

    @Test
    void refusesABatchSizeThatTheModelCannotHave() {
        assertThatThrownBy(() -> complete("max_batch_size: 8", FIXED))
                .isInstanceOf(ConfigException.class)
                .hasMessage("autofill failed for model 'm': model does not support batching while non-zero"
                        + " max_batch_size is specified");
    }

    @Test
    void aModelWithAScalarCannotBatch() throws ConfigException {
        Signature scalar = new Signature(List.of(fp32("x", -1, 2), fp32("scale")), List.of(fp32("y", -1, 2)));
        assertThat(AutoComplete.canBatch(scalar)).isFalse();
        ModelConfig config = complete("", scalar);
        assertThat(config.getInput(1).getDimsList()).containsExactly(1L);
        assertThat(config.getInput(1).hasReshape()).isFalse();
    }

    @Test
    void optionalInputsAreListedOnlyWithoutBatching() throws ConfigException {
        TensorSpec weight = new TensorSpec("weight", DataType.FP32, Shape.of(3), true);
        Signature batchable = new Signature(List.of(fp32("x", -1, 3), weight), List.of(fp32("y", -1)));
        Signature fixed = new Signature(List.of(fp32("x", 1, 3), weight), List.of(fp32("y", 1)));
        assertThat(complete("", batchable).getInputList())
                .extracting(ModelInput::getName)
                .containsExactly("x");
        assertThat(complete("", fixed).getInput(1))
                .isEqualTo(input("name: 'weight' data_type: TYPE_FP32 dims: 3 optional: true"));
    }

    @Test
    void withoutAutoCompleteTheFileMustBeComplete() throws ConfigException {
        assertThatThrownBy(() -> AutoComplete.asGiven(given("max_batch_size: 4"), RANKER))
                .isInstanceOf(ConfigException.class)
                .hasMessage("configuration of model 'm': input: must be configured, as auto-complete is disabled; "
                        + "configuration of model 'm': output: must be configured, as auto-complete is disabled");
        ModelConfig whole = given("input { name: 'x' data_type: TYPE_FP32 dims: [ 1, 28 ] }"
                + " output { name: 'y' data_type: TYPE_FP32 dims: [ 1, 10 ] }");
        assertThat(AutoComplete.asGiven(whole, FIXED)).isEqualTo(whole);
    }

    @Test
    void withoutBatchingWhatWasFilledHasFullShapes() throws ConfigException {
        ModelConfig config = AutoComplete.withoutBatching(complete("", RANKER), RANKER);
        assertThat(config).isEqualTo(AutoComplete.complete(given(""), RANKER, 0));
        assertThat(AutoComplete.withoutBatching(config, RANKER)).as("once more").isEqualTo(config);
    }

    @Test
    void withoutBatchingGivenTensorsKeepTheirRestrictions() throws ConfigException {
        ModelConfig completed = complete("""
                input [ { name: "dense" data_type: TYPE_FP32 dims: [ 13, 1 ] reshape { shape: 13 } },
                        { name: "ids" data_type: TYPE_INT64 dims: 26 } ]
                model_warmup { batch_size: 9 inputs { key: "dense"
                               value { data_type: TYPE_FP32 dims: [ 13, 1 ] zero_data: true } } }
                """, RANKER);
        ModelConfig config = AutoComplete.withoutBatching(completed, RANKER);
        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.getInput(0))
                .isEqualTo(
                        input("name: 'dense' data_type: TYPE_FP32 dims: [ -1, 13, 1 ] reshape { shape: [ -1, 13 ] }"));
        assertThat(config.getModelWarmup(0).getBatchSize()).isEqualTo(1);
        assertThat(config.getModelWarmup(0).getInputsOrThrow("dense").getDimsList())
                .containsExactly(1L, 13L, 1L);
        assertThat(filled(config)).isEqualTo("output");
        assertThat(AutoComplete.asGiven(config, RANKER))
                .as("still fits the model")
                .isEqualTo(config);
    }

    @Test
    void withoutBatchingAnExplicitBatchSizeStaysTheContract() throws ConfigException {
        ModelConfig completed = complete("max_batch_size: 8", RANKER);
        ModelConfig config = AutoComplete.withoutBatching(completed, RANKER);
        assertThat(config.getMaxBatchSize()).isEqualTo(8);
        assertThat(config.getInputList()).isEqualTo(completed.getInputList());
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(filled(config)).isEqualTo("input,output");
    }

    @Test
    void withoutBatchingNothingIsSplit() throws ConfigException {
        ModelConfig completed = complete("max_batch_size: 8 " + SPLIT, RANKER);
        assertThat(completed.getParametersMap()).containsKey("tern.batching.split_large_requests");
        assertThat(AutoComplete.withoutBatching(completed, RANKER).getParametersMap())
                .doesNotContainKey("tern.batching.split_large_requests");
    }

    @Test
    void splittingNeedsABatchDimension() throws ConfigException {
        assertThat(complete(SPLIT, RANKER).getMaxBatchSize()).isEqualTo(256);
        assertThatThrownBy(() -> complete(SPLIT, FIXED))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("parameters[tern.batching.split_large_requests]: 'true' is not allowed where"
                        + " max_batch_size is 0; must be false, or max_batch_size > 0");
        assertThat(complete(SPLIT.replace("true", "false"), FIXED).getMaxBatchSize())
                .isZero();
    }

    @Test
    void checksAgainAfterFilling() {
        assertThatThrownBy(() ->
                        AutoComplete.complete(given("dynamic_batching { preferred_batch_size: 300 }"), RANKER, 256))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "preferred_batch_size: 300 is not allowed; must be from 1 to max_batch_size (256)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            input { name: 'dense' data_type: TYPE_FP32 dims: 13 } | input: expected 2 inputs but the configuration has 1; missing: [ids]
            input { name: 'dens' data_type: TYPE_FP32 dims: 13 }  | input[0].name: unexpected inference input 'dens', allowed inputs are: dense, ids; did you mean 'dense'?
            input { name: 'dense' data_type: TYPE_FP16 dims: 13 } | input[0].data_type: TYPE_FP16 of 'dense' must be TYPE_FP32 as in the model
            input { name: 'dense' data_type: TYPE_FP32 dims: 12 } | input[0].dims: 'dense' has shape [-1,12] with the batch dimension but the model has [-1,13]
            input { name: 'dense' data_type: TYPE_FP32 dims: -1 } | input[0].dims: 'dense' has shape [-1,-1] with the batch dimension but the model has [-1,13]
            input { name: 'dense' data_type: TYPE_FP32 dims: [ -1, 13 ] } | but the model has [-1,13]; with max_batch_size > 0 dims must not list the batch dimension
            output { name: 'scor' data_type: TYPE_FP32 dims: 1 }  | output[0].name: unexpected inference output 'scor', allowed outputs are: score, embedding; did you mean 'score'?
            output { name: 'embedding' data_type: TYPE_FP32 dims: 8 } | output[0].dims: 'embedding' has shape [-1,8] with the batch dimension but the model has [-1,-1,8]
            """)
    void refusesWhatTheModelHasNot(String tensors, String problem) {
        assertThatThrownBy(() -> complete("max_batch_size: 4 " + tensors, RANKER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void dimsMayRestrictTheModelAndOutputsMayBeLeftOut() throws ConfigException {
        ModelConfig config =
                complete("output { name: 'embedding' data_type: TYPE_FP32 dims: [ 4, 8 ] } max_batch_size: 4", RANKER);
        assertThat(config.getOutputList()).extracting(ModelOutput::getName).containsExactly("embedding");
    }

    @Test
    void explainsDimsThatLackTheFirstDimension() {
        assertThatThrownBy(() -> complete(
                        "input { name: 'x' data_type: TYPE_FP32 dims: 28 }"
                                + " output { name: 'y' data_type: TYPE_FP32 dims: [ 1, 10 ] }",
                        FIXED))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "'x' has shape [28] but the model has [1,28]; with max_batch_size 0 dims must list"
                                + " every dimension");
    }

    @Test
    void explainsWhyAGivenBatchSizeIsImpossible() {
        assertThatThrownBy(() -> complete(
                        "max_batch_size: 4 input { name: 'x' data_type: TYPE_FP32 dims: 28 }"
                                + " output { name: 'y' data_type: TYPE_FP32 dims: 10 }",
                        FIXED))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "max_batch_size: for the model to support batching, the first dimension of 'x' must"
                                + " be variable (-1); the model has shape [1,28]");
    }

    @Test
    void onlyTheModelMakesAnInputOptional() {
        assertThatThrownBy(() ->
                        complete("input { name: 'x' data_type: TYPE_FP32 dims: [ 1, 28 ] optional: true }", FIXED))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("input[0].optional: 'x' has no default in the model and cannot be optional");
    }

    @Test
    void clientsSeeTheBatchDimensionAndDimsBeforeTheReshape() throws ConfigException {
        assertThat(WireSignature.of(complete("", RANKER)))
                .isEqualTo(new Signature(RANKER.inputs(), List.of(fp32("score", -1, 1), fp32("embedding", -1, -1, 8))));
        assertThat(WireSignature.of(complete("", FIXED))).isEqualTo(FIXED);
    }

    private static ModelConfig complete(String text, Signature signature) throws ConfigException {
        return AutoComplete.complete(given(text), signature, AutoComplete.DEFAULT_MAX_BATCH_SIZE);
    }

    private static ModelConfig given(String text) throws ConfigException {
        return ModelConfigFile.parse(text, "config.pbtxt", "m").config();
    }

    private static ModelInput input(String text) throws ConfigException {
        return ConfigText.parse("", "input { " + text + " }").getInput(0);
    }

    private static ModelOutput output(String text) throws ConfigException {
        return ConfigText.parse("", "output { " + text + " }").getOutput(0);
    }

    private static String filled(ModelConfig config) {
        return config.getParametersOrThrow(ParameterKeys.AUTO_COMPLETED).getStringValue();
    }

    private static TensorSpec fp32(String name, long... dims) {
        return new TensorSpec(name, DataType.FP32, Shape.of(dims));
    }
}
