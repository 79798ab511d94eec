package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelDynamicBatching;
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

class SequenceRulesTest {
    private static final String START =
            "control_input { name: 'START' control { kind: CONTROL_SEQUENCE_START fp32_false_true: 0 fp32_false_true: 1 } } ";
    private static final String STATE = "state { input_name: 'in' output_name: 'out' data_type: TYPE_FP32 dims: 4 } ";

    /** {@code x, START, in -> y, out}. */
    private static final Signature MODEL = new Signature(
            List.of(spec("x", 3), spec("START", 1), spec("in", 4)), List.of(spec("y", 2), spec("out", 4)));

    private static TensorSpec spec(String name, long size) {
        return new TensorSpec(name, DataType.FP32, Shape.of(Shape.VARIABLE, size));
    }

    private static ModelConfig parse(String text) throws ConfigException {
        return ModelConfigFile.parse(text, "config.pbtxt", "m").config();
    }

    private static List<String> problems(String text) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> parse(text));
        assertThat(refused).as(text).isNotNull();
        return refused.problems();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            iterative_sequence: true | sequence_batching.iterative_sequence: must be false for ONNX models: they answer a request in one run
            oldest { } | sequence_batching.oldest.max_candidate_sequences: 0 is not allowed; must be >= 1
            oldest { max_candidate_sequences: 1 preferred_batch_size: 9 } | sequence_batching.oldest.preferred_batch_size: 9 is not allowed; must be from 1 to max_batch_size (8)
            direct { minimum_slot_utilization: 1.5 } | sequence_batching.direct.minimum_slot_utilization: 1.5 is not allowed; must be from 0 to 1
            control_input { name: 'c' } | sequence_batching.control_input[0].control: needs one control for 'c', has 0
            control_input { name: 'c' control { kind: CONTROL_SEQUENCE_END } } | CONTROL_SEQUENCE_END of 'c' needs two values, for false and true
            control_input { name: 'c' control { kind: CONTROL_SEQUENCE_END int32_false_true: 1 } } | CONTROL_SEQUENCE_END of 'c' needs two values
            control_input { name: 'c' control { kind: CONTROL_SEQUENCE_END int32_false_true: 1 bool_false_true: true } } | CONTROL_SEQUENCE_END of 'c' needs two values
            control_input { name: 'c' control { kind: CONTROL_SEQUENCE_CORRID } } | CONTROL_SEQUENCE_CORRID of 'c' needs a data_type of [
            control_input { name: 'c' control { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_FP32 } } | CONTROL_SEQUENCE_CORRID of 'c' needs a data_type of [
            control_input { control { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_INT32 } } | sequence_batching.control_input[0].name: must be given
            control_input { name: 'x' control { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_INT32 } } | sequence_batching.control_input[0].name: 'x' is listed twice
            state { input_name: 'x' output_name: 'o' data_type: TYPE_FP32 dims: 1 } | sequence_batching.state[0].input_name: 'x' is listed twice
            state { input_name: 'i' data_type: TYPE_FP32 dims: 1 } | sequence_batching.state[0].output_name: must be given
            state { input_name: 'i' output_name: 'o' dims: 1 } | sequence_batching.state[0].data_type: must be given for 'i'
            state { input_name: 'i' output_name: 'o' data_type: TYPE_FP32 } | sequence_batching.state[0].dims: must be given for 'i'
            state { input_name: 'i' output_name: 'o' data_type: TYPE_FP32 dims: 0 } | sequence_batching.state[0].dims: [0]: each dimension must be >= 1, or -1
            state { input_name: 'i' output_name: 'o' data_type: TYPE_FP32 dims: 1 initial_state { data_type: TYPE_FP32 dims: 1 } } | sequence_batching.state[0].initial_state: needs one of zero_data and data_file
            state { input_name: 'i' output_name: 'o' data_type: TYPE_FP32 dims: 1 initial_state { data_type: TYPE_INT32 dims: 1 zero_data: true } } | sequence_batching.state[0].initial_state.data_type: TYPE_INT32 must be the state's, TYPE_FP32
            state { input_name: 'i' output_name: 'o' data_type: TYPE_FP32 dims: -1 initial_state { data_type: TYPE_FP32 dims: -1 zero_data: true } } | sequence_batching.state[0].initial_state.dims: [-1] must be the state's dims, [-1], with a size
            state { input_name: 'i' output_name: 'o' data_type: TYPE_FP32 dims: 1 initial_state { data_type: TYPE_FP32 dims: 1 data_file: '../x' } } | sequence_batching.state[0].initial_state.data_file: '../x' must be a file inside the model's initial_state directory
            """)
    void whatCannotBeIsRefused(String sequences, String problem) {
        String text = "max_batch_size: 8 input { name: 'x' data_type: TYPE_FP32 dims: 3 } sequence_batching { "
                + sequences + " }";
        assertThat(problems(text)).singleElement().asString().contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            response_cache { enable: true } | response_cache.enable: must be false with sequence_batching
            parameters { key: 'tern.batching.split_large_requests' value { string_value: 'true' } } | must be false with sequence_batching: its requests have one row
            input { name: 'x' data_type: TYPE_FP32 dims: -1 allow_ragged_batch: true } | is not possible with sequence_batching
            """)
    void whatDoesNotGoWithSequencesIsRefused(String more, String problem) {
        assertThat(problems("max_batch_size: 8 sequence_batching { } " + more))
                .singleElement()
                .asString()
                .contains(problem);
    }

    @Test
    void onlyAnOnnxModelHasSequences() {
        assertThat(problems("platform: 'tern_hash' sequence_batching { }"))
                .anySatisfy(problem -> assertThat(problem).contains("sequence_batching: is only for ONNX models"));
    }

    @Test
    void twoControlsOfOneKindAreRefused() {
        assertThat(problems("sequence_batching { " + START + START.replace("'START'", "'AGAIN'") + "}"))
                .singleElement()
                .asString()
                .contains("sequence_batching.control_input[1].control: CONTROL_SEQUENCE_START is listed twice");
    }

    @Test
    void theDefaultsAreTritons() throws ConfigException {
        ModelConfig config = parse("sequence_batching { }");
        assertThat(config.getSequenceBatching().hasDirect()).isTrue();
        assertThat(config.getSequenceBatching().getMaxSequenceIdleMicroseconds())
                .isEqualTo(1_000_000);
    }

    @Test
    void whatIsFilledInHasNeitherControlsNorStates() throws ConfigException {
        ModelConfig config = AutoComplete.complete(
                parse("max_batch_size: 8 sequence_batching { " + START + STATE + "}"), MODEL, 256);
        assertThat(config.getInputList()).extracting(ModelInput::getName).containsExactly("x");
        assertThat(config.getOutputList()).extracting(ModelOutput::getName).containsExactly("y");
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(AutoComplete.complete(parse("sequence_batching { " + START + STATE + "}"), MODEL, 16)
                        .getMaxBatchSize())
                .isEqualTo(16);
    }

    @Test
    void controlsAndStatesAreInputsAndOutputsOfTheModel() throws ConfigException {
        ModelConfig config = AutoComplete.complete(
                parse(
                        "max_batch_size: 8 sequence_batching { oldest { max_candidate_sequences: 4 preferred_batch_size: 4"
                                + " max_queue_delay_microseconds: 100 preserve_ordering: true } " + START + STATE
                                + "}"),
                MODEL,
                256);
        ModelConfig model = SequenceTensors.atModel(config);
        assertThat(model.getInputList()).extracting(ModelInput::getName).containsExactly("x", "START", "in");
        assertThat(model.getOutputList()).extracting(ModelOutput::getName).containsExactly("y", "out");
        assertThat(model.hasSequenceBatching()).isFalse();
        assertThat(model.getDynamicBatching())
                .isEqualTo(ModelDynamicBatching.newBuilder()
                        .addPreferredBatchSize(4)
                        .setMaxQueueDelayMicroseconds(100)
                        .setPreserveOrdering(true)
                        .build());
        assertThat(AutoComplete.hasExplicitMaxBatchSize(model)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 100, 8, 0", "0.5, 100, 4, 100", "0.3, 100, 3, 100", "1, 0, 8, 0"})
    void aDirectStrategyWaitsOnlyForTheSlotsItNames(float share, long delay, int rows, long waits)
            throws ConfigException {
        ModelConfig config = parse("max_batch_size: 8 sequence_batching { direct { minimum_slot_utilization: " + share
                + " max_queue_delay_microseconds: " + delay + " } }");
        assertThat(SequenceTensors.atModel(config).getDynamicBatching())
                .isEqualTo(ModelDynamicBatching.newBuilder()
                        .addPreferredBatchSize(rows)
                        .setMaxQueueDelayMicroseconds(waits)
                        .build());
    }

    @Test
    void aModelWithoutSequencesIsAsItWas() throws ConfigException {
        ModelConfig config = parse("max_batch_size: 8");
        assertThat(SequenceTensors.atModel(config)).isSameAs(config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: 'START' | name: 'BEGIN' | sequence_batching.control_input[0].name: unexpected inference input 'BEGIN'
            fp32_false_true | int32_false_true | sequence_batching.control_input[0].data_type: TYPE_INT32 of 'START' must be TYPE_FP32
            dims: 4 | dims: 5 | sequence_batching.state[0].dims: 'in' has shape [-1,5] with the batch dimension but the model has [-1,4]
            output_name: 'out' | output_name: 'oh' | sequence_batching.state[0].name: unexpected inference output 'oh'
            data_type: TYPE_FP32 | data_type: TYPE_FP16 | sequence_batching.state[0].data_type: TYPE_FP16 of 'out' must be TYPE_FP32
            """)
    void isHeldAgainstTheModel(String right, String wrong, String problem) {
        String text = "max_batch_size: 8 sequence_batching { " + START + STATE + "}";
        assertThatThrownBy(() -> AutoComplete.complete(parse(text.replace(right, wrong)), MODEL, 256))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }
}
