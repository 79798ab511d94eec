package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.server.repository.config.PaddingConfig.Dimension;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file may say about requests of different lengths. */
class PaddingRulesTest {
    private static final String INPUTS = "max_batch_size: 8 dynamic_batching {}"
            + " input { name: 'ids' data_type: TYPE_INT64 dims: -1 }"
            + " input { name: 'mask' data_type: TYPE_INT8 dims: -1 }"
            + " input { name: 'features' data_type: TYPE_FP32 dims: [ -1, 4 ] }"
            + " input { name: 'words' data_type: TYPE_STRING dims: -1 }"
            + " input { name: 'fixed' data_type: TYPE_FP32 dims: 4 }"
            + " input { name: 'x:0' data_type: TYPE_FP32 dims: -1 }"
            + " output { name: 'y' data_type: TYPE_FP32 dims: -1 } ";
    private static final String RAGGED = "max_batch_size: 8 dynamic_batching {}"
            + " input { name: 'v' data_type: TYPE_FP32 dims: -1 allow_ragged_batch: true }"
            + " output { name: 'y' data_type: TYPE_FP32 dims: -1 } ";

    @Test
    void readsWhatIsThere() throws Exception {
        PaddingConfig config = PaddingConfig.of(ModelConfigFile.parse(
                        INPUTS
                                + parameter("pad", "ids:-1, x:0:2.5,words:")
                                + parameter("mask", "mask:ids")
                                + parameter("cut", "y[1]:x:0[1]")
                                + parameter("max_padded_elements", "4096")
                                + parameter("max_padding_waste", "0.5"),
                        "config.pbtxt",
                        "m")
                .config());
        assertThat(config.pad()).containsExactlyInAnyOrderEntriesOf(Map.of("ids", "-1", "x:0", "2.5", "words", ""));
        assertThat(config.masks()).containsExactlyEntriesOf(Map.of("mask", "ids"));
        assertThat(config.cuts()).containsExactlyEntriesOf(Map.of(new Dimension("y", 1), new Dimension("x:0", 1)));
        assertThat(config.maxPaddedElements()).isEqualTo(4096);
        assertThat(config.maxPaddingWaste()).isEqualTo(0.5);
    }

    @Test
    void nothingMeansNoPaddingNoLimitAndAQuarterOfWaste() throws Exception {
        PaddingConfig config = PaddingConfig.of(
                ModelConfigFile.parse(INPUTS, "config.pbtxt", "m").config());
        assertThat(config).isEqualTo(new PaddingConfig(Map.of(), Map.of(), Map.of(), 0, 0.25));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pad | id:0 | 'id' is no input of the model; inputs are ids, mask, features, words, fixed, x:0; did you mean 'ids'?
            pad | ids | 'ids' is not allowed; must be two parts with a colon
            pad | ids:0,ids:1 | 'ids' comes twice
            pad | ids:0.5 | '0.5' is no value of INT64 input 'ids'; must be a whole number from -9223372036854775808 to
            pad | mask:300 | '300' is no value of INT8 input 'mask'; must be a whole number from -128 to 127
            pad | features:many | 'many' is no value of FP32 input 'features'; must be a number
            pad | words:PAD | 'words' holds texts, which are padded with empty ones: write nothing behind the colon, not 'PAD'
            pad | fixed:0 | 'fixed' has no dimension that varies: its dims are [4]
            mask | mask:idx | 'idx' is no input of the model; inputs are
            mask | maks:ids | 'maks' is no input of the model; inputs are
            mask | ids:ids | 'ids' cannot be made from itself
            mask | words:ids | 'words' holds texts, not numbers
            mask | fixed:ids | 'fixed' has dims [4], which must be those that 'ids' begins with: [-1]
            mask | features:ids | 'features' has dims [-1, 4], which must be those that 'ids' begins with: [-1]
            cut | y | 'y' is not allowed; must be two parts with a colon
            max_padded_elements | 0 | '0' is not allowed; must be an integer >= 1
            max_padded_elements | few | 'few' is not allowed; must be an integer >= 1
            max_padding_waste | 1 | '1' is not allowed; must be a number >= 0 and < 1
            max_padding_waste | -0.1 | '-0.1' is not allowed; must be a number >= 0 and < 1
            max_padding_waste | NaN | 'NaN' is not allowed; must be a number >= 0 and < 1
            """)
    void refusesWhatCannotBe(String key, String value, String problem) {
        assertThat(problems(INPUTS + parameter(key, value)))
                .singleElement()
                .asString()
                .startsWith("config.pbtxt: parameters[tern.batching." + key + "]: " + problem);
    }

    @Test
    void aMaskIsPaddedWithZeroOnly() {
        assertThat(problems(INPUTS + parameter("pad", "ids:0,mask:1") + parameter("mask", "mask:ids")))
                .containsExactly(
                        "config.pbtxt: parameters[tern.batching.mask]: 'mask' is 0 where others are padded, and"
                                + " cannot be padded with '1'");
        assertThat(problems(INPUTS + parameter("pad", "ids:1,mask:0") + parameter("mask", "mask:ids")))
                .isEmpty();
        assertThat(problems(INPUTS + parameter("pad", "features:1") + parameter("mask", "mask:features")))
                .isEmpty();
    }

    @Test
    void paddingNeedsABatch() {
        String file = INPUTS.replace("dynamic_batching {}", "") + parameter("pad", "ids:0");
        assertThat(completed(file))
                .containsExactly("configuration of model 'm': parameters[tern.batching.pad]: needs max_batch_size >= 1"
                        + " and dynamic_batching");
    }

    @Test
    void limitsWithoutPaddingAreWarnedOf() throws Exception {
        assertThat(ModelConfigFile.parse(INPUTS + parameter("max_padded_elements", "9"), "config.pbtxt", "m")
                        .warnings())
                .containsExactly("config.pbtxt: parameters[tern.batching.max_padded_elements]: has no effect without"
                        + " tern.batching.pad");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            batch_input { data_type: TYPE_INT64 target_name: 'n' source_input: 'v' } | batch_input[0].data_type: TYPE_INT64 is not allowed; must be TYPE_INT32 or TYPE_FP32
            batch_input { data_type: TYPE_INT32 target_name: 'n' } | batch_input[0].source_input: must name exactly one input, names 0
            batch_input { data_type: TYPE_INT32 target_name: 'n' source_input: 'w' } | batch_input[0].source_input: 'w' is no configured input; they are [v]; did you mean 'v'?
            batch_input { data_type: TYPE_INT32 source_input: 'v' } | batch_input[0].target_name: must be given
            batch_input { data_type: TYPE_INT32 target_name: 'v' source_input: 'v' } | batch_input[0].target_name: 'v' is listed as an input too
            batch_input { data_type: TYPE_INT32 target_name: [ 'n', 'n' ] source_input: 'v' } | batch_input[0].target_name: 'n' is listed twice
            batch_output { target_name: 'z' source_input: 'v' } | batch_output[0].target_name: 'z' is no configured output; they are [y]
            batch_output { target_name: 'y' source_input: 'z' } | batch_output[0].source_input: 'z' is no configured input; they are [v]
            """)
    void refusesImpossibleBatchTensors(String more, String problem) {
        assertThat(problems(RAGGED + more)).singleElement().asString().startsWith("config.pbtxt: " + problem);
    }

    @Test
    void raggedInputsNeedABatchSizeAndAreNotPadded() throws Exception {
        assertThat(problems(RAGGED.replace("max_batch_size: 8 dynamic_batching {}", "")))
                .containsExactly("config.pbtxt: input[0].allow_ragged_batch: needs max_batch_size >= 1 in the file");
        assertThat(problems(RAGGED + parameter("pad", "v:0")))
                .containsExactly("config.pbtxt: parameters[tern.batching.pad]: 'v' is ragged (allow_ragged_batch) and"
                        + " needs no padding");
        assertThat(ModelConfigFile.parse(RAGGED.replaceFirst("dims: -1", "dims: 16"), "config.pbtxt", "m")
                        .warnings())
                .containsExactly("config.pbtxt: input[0].allow_ragged_batch: 'v' has no dimension that varies; requests"
                        + " share a run without it");
    }

    @Test
    void theModelMustTakeWhatRaggedInputsAndTheirCountsAre() {
        String counted = RAGGED + "batch_input { data_type: TYPE_INT32 target_name: 'n' source_input: 'v' }"
                + " batch_output { target_name: 'y' source_input: 'v' }";
        assertThat(completed(counted, spec("v", -1), counts("n", -1))).isEmpty();
        assertThat(completed(counted, spec("v", -1), spec("n", -1)))
                .containsExactly("configuration of model 'm': batch_input[0].target_name: BATCH_ELEMENT_COUNT makes"
                        + " TYPE_INT32 of 1 dimension(s) with a variable first one, but 'n' of the model is TYPE_FP32 of"
                        + " shape [-1]");
        assertThat(completed(counted, spec("v", -1), counts("m", -1)))
                .hasSize(2)
                .first()
                .asString()
                .contains("unexpected inference input 'n', allowed inputs are: v, m");
        assertThat(completed(counted, spec("v", -1, -1), counts("n", -1)))
                .singleElement()
                .asString()
                .endsWith("a ragged input, and an output that is scattered like one, must have a single variable"
                        + " dimension");
    }

    private static TensorSpec spec(String name, long... shape) {
        return new TensorSpec(name, DataType.FP32, Shape.of(shape));
    }

    private static TensorSpec counts(String name, long... shape) {
        return new TensorSpec(name, DataType.INT32, Shape.of(shape));
    }

    private static String parameter(String key, String value) {
        return " parameters { key: 'tern.batching." + key + "' value { string_value: '" + value + "' } } ";
    }

    private static List<String> problems(String text) {
        ConfigException thrown =
                catchThrowableOfType(ConfigException.class, () -> ModelConfigFile.parse(text, "config.pbtxt", "m"));
        return thrown == null ? List.of() : thrown.problems();
    }

    private static List<String> completed(String text, TensorSpec... inputs) {
        ConfigException thrown = catchThrowableOfType(
                ConfigException.class,
                () -> AutoComplete.complete(
                        ModelConfigFile.parse(text, "config.pbtxt", "m").config(),
                        new Signature(List.of(inputs), List.of(spec("y", -1))),
                        256));
        return thrown == null ? List.of() : thrown.problems();
    }
}
