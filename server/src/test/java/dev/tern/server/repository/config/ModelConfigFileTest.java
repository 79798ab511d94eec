package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigFileTest {
    private static final String INPUT = "input { name: 'x' data_type: TYPE_FP32 dims: [ %s ] %s }";

    @Test
    void readsTheFileOfTheModel(@TempDir Path model) throws Exception {
        Files.writeString(model.resolve("config.pbtxt"), "max_batch_size: 8 # rows");
        assertThat(ModelConfigFile.read(model, "m", "").config().getMaxBatchSize())
                .isEqualTo(8);
    }

    @Test
    void readsTheNamedFileIfThereIsOne(@TempDir Path model) throws Exception {
        Files.createDirectory(model.resolve("configs"));
        Files.writeString(model.resolve("configs/small.pbtxt"), "max_batch_size: 2");
        Files.writeString(model.resolve("config.pbtxt"), "max_batch_size: 8");
        assertThat(ModelConfigFile.read(model, "m", "small").config().getMaxBatchSize())
                .isEqualTo(2);
        assertThat(ModelConfigFile.read(model, "m", "large").config().getMaxBatchSize())
                .isEqualTo(8);
    }

    @Test
    void namesTheNamedFileInItsProblems(@TempDir Path model) throws IOException {
        Files.createDirectory(model.resolve("configs"));
        Files.writeString(model.resolve("configs/small.pbtxt"), "max_batch_size: -2");
        assertThatThrownBy(() -> ModelConfigFile.read(model, "m", "small"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("configs/small.pbtxt: max_batch_size: -2 is not allowed");
    }

    @Test
    void refusesWhatIsNoText(@TempDir Path model) throws IOException {
        Files.write(model.resolve("config.pbtxt"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> ModelConfigFile.read(model, "m", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessage("config.pbtxt: is not UTF-8 text");
    }

    @Test
    void refusesADirectoryInPlaceOfTheFileWithoutNamingItsPath(@TempDir Path model) throws IOException {
        Files.createDirectory(model.resolve("config.pbtxt"));
        assertThatThrownBy(() -> ModelConfigFile.read(model, "m", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessage("config.pbtxt: cannot be read");
    }

    @Test
    void normalisesAModelWithoutAFile(@TempDir Path model) throws ConfigException {
        ModelConfig config = ModelConfigFile.read(model, "m", "").config();
        assertThat(config.getName()).isEqualTo("m");
        assertThat(config.getBackend()).isEqualTo("onnxruntime");
        assertThat(config.getPlatform()).isEqualTo("onnxruntime_onnx");
        assertThat(config.getDefaultModelFilename()).isEqualTo("model.onnx");
        assertThat(config.getVersionPolicy().getLatest().getNumVersions()).isEqualTo(1);
        assertThat(config.getOptimization().getInputPinnedMemory().getEnable()).isTrue();
        assertThat(config.getOptimization().getOutputPinnedMemory().getEnable()).isTrue();
        assertThat(config.getInstanceGroupList())
                .containsExactly(ModelInstanceGroup.newBuilder()
                        .setName("m")
                        .setKind(ModelInstanceGroup.Kind.KIND_CPU)
                        .setCount(2)
                        .build());
    }

    @Test
    void keepsWhatIsGiven() throws ConfigException {
        ModelConfig config = parse("""
                name: "m"
                default_model_filename: "net.onnx"
                version_policy { all {} }
                max_batch_size: 8
                dynamic_batching { preferred_batch_size: [ 4, 8 ] }
                optimization { input_pinned_memory { enable: false } }
                """);
        assertThat(config.getDefaultModelFilename()).isEqualTo("net.onnx");
        assertThat(config.getVersionPolicy().hasAll()).isTrue();
        assertThat(config.getDynamicBatching().getPreferredBatchSizeList()).containsExactly(4, 8);
        assertThat(config.getOptimization().getInputPinnedMemory().getEnable()).isFalse();
    }

    @Test
    void prefersTheLargestBatchUnlessToldOtherwise() throws ConfigException {
        ModelConfig config = parse("max_batch_size: 8 dynamic_batching {}");
        assertThat(config.getDynamicBatching().getPreferredBatchSizeList()).containsExactly(8);
        assertThat(parse("dynamic_batching {}").getDynamicBatching().getPreferredBatchSizeList())
                .as("before the batch size is known")
                .isEmpty();
    }

    @Test
    void resolvesInstanceGroups() throws ConfigException {
        ModelConfig config = parse("""
                instance_group [ { kind: KIND_AUTO gpus: [ 0 ] count: 3 }, { name: "own" kind: KIND_CPU } ]
                """);
        assertThat(config.getInstanceGroupList())
                .extracting(
                        ModelInstanceGroup::getName,
                        ModelInstanceGroup::getKind,
                        ModelInstanceGroup::getCount,
                        ModelInstanceGroup::getGpusCount)
                .containsExactly(
                        tuple("m_0", ModelInstanceGroup.Kind.KIND_CPU, 3, 0),
                        tuple("own", ModelInstanceGroup.Kind.KIND_CPU, 2, 0));
    }

    @Test
    void takesLatestWithoutACountForOne() throws ConfigException {
        assertThat(parse("version_policy { latest {} }")
                        .getVersionPolicy()
                        .getLatest()
                        .getNumVersions())
                .isEqualTo(1);
    }

    @Test
    void takesWhatWasCopiedFromAnAnswerAsExplicit() throws ConfigException {
        ModelConfig config = parse("""
                max_batch_size: 256
                parameters { key: "tern.auto_completed" value { string_value: "max_batch_size" } }
                """);
        assertThat(config.getParametersMap()).isEmpty();
        assertThat(AutoComplete.hasExplicitMaxBatchSize(config)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            max_batchsize: 8            | config.pbtxt: line 1: unknown field 'max_batchsize' in ModelConfig; did you mean 'max_batch_size'?
            dynamic_batching { delay: 1 } | config.pbtxt: line 1: unknown field 'delay' in ModelDynamicBatching
            input { nam: "x" }          | config.pbtxt: line 1: unknown field 'nam' in ModelInput; did you mean 'name'?
            version_policy { latest { num_version: 1 } } | config.pbtxt: line 1: unknown field 'num_version' in ModelVersionPolicy.Latest; did you mean 'num_versions'?
            input { data_type: TYPE_F32 } | config.pbtxt: line 1: unknown value 'TYPE_F32' of DataType; did you mean 'TYPE_FP32'?
            instance_group { kind: CPU } | config.pbtxt: line 1: unknown value 'CPU' of ModelInstanceGroup.Kind
            """)
    void suggestsTheNearestName(String text, String problem) {
        assertThat(problems(text)).containsExactly(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_batch_size: many",
                "max_batch_size: 99999999999",
                "input {",
                "max_batch_size 8",
                "max_batch_size: 1 max_batch_size: 2",
                "{ \"max_batch_size\": 8 }"
            })
    void namesTheLineOfASyntaxError(String text) {
        assertThat(problems("# the model\n\n" + text))
                .hasSize(1)
                .allSatisfy(each -> assertThat(each).startsWith("config.pbtxt: line 3: "));
    }

    @Test
    void namesEveryUnknownField() {
        assertThat(problems("max_batchsize: 8\nplatfrm: 'x'\nplatform: 'onnxruntime_onnx'"))
                .containsExactly(
                        "config.pbtxt: line 1: unknown field 'max_batchsize' in ModelConfig; did you mean 'max_batch_size'?",
                        "config.pbtxt: line 2: unknown field 'platfrm' in ModelConfig; did you mean 'platform'?");
    }

    @Test
    void namesEveryImpossibleValue() {
        assertThat(problems("max_batch_size: -1 name: 'other' optimization { graph { level: 3 } }"))
                .containsExactly(
                        "config.pbtxt: name: unexpected directory name 'm' for model 'other', directory name must equal"
                                + " model name",
                        "config.pbtxt: max_batch_size: -1 is not allowed; must be >= 0, 0 for no batching",
                        "config.pbtxt: optimization.graph.level: 3 is not allowed; must be -1 (basic), 0 (all), 1"
                                + " (extended) or 2 (none)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            backend: 'python'                          | backend: 'python' is not supported, only 'onnxruntime' is
            platform: 'tensorrt_plan'                  | platform: 'tensorrt_plan' is not supported, allowed are onnxruntime_onnx, ensemble, tern_top_k, tern_hash
            backend: 'onnxruntime' platform: 'x'       | platform: unexpected 'platform' and 'backend' pair, got:x, onnxruntime
            default_model_filename: '../other/m.onnx'  | default_model_filename: '../other/m.onnx' must be a file inside
            default_model_filename: '/etc/m.onnx'      | default_model_filename: '/etc/m.onnx' must be a file inside
            version_policy { specific { versions: -1 } } | version_policy.specific.versions: -1 is not a version; must be >= 0
            version_policy { specific {} }             | version_policy.specific.versions: names no version
            max_batch_size: 4 dynamic_batching { preferred_batch_size: 5 } | dynamic_batching.preferred_batch_size: 5 is not allowed; must be from 1 to max_batch_size (4)
            dynamic_batching { preferred_batch_size: 0 } | dynamic_batching.preferred_batch_size: 0 is not allowed; must be from 1 to max_batch_size
            dynamic_batching { priority_levels: 2 }    | dynamic_batching.default_priority_level: 0 is not allowed; must be from 1 to 2
            dynamic_batching { priority_levels: 2 default_priority_level: 3 } | dynamic_batching.default_priority_level: 3 is not allowed; must be from 1 to 2
            dynamic_batching { default_priority_level: 1 } | dynamic_batching.default_priority_level: 1 is not allowed; must be 0 as priority_levels is 0
            dynamic_batching { priority_queue_policy { key: 1 value {} } } | dynamic_batching.priority_queue_policy: key 1 is not allowed; must be from 1 to priority_levels (0)
            dynamic_batching { priority_levels: 1001 default_priority_level: 1 } | dynamic_batching.priority_levels: 1001 is not allowed; must be from 0 to 1000
            dynamic_batching { preserve_ordering: true priority_levels: 2 default_priority_level: 1 } | dynamic_batching.preserve_ordering: is possible only with one priority level, priority_levels is 2
            dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY } } | dynamic_batching.preserve_ordering: is not possible with a queue policy's timeout_action DELAY
            instance_group { kind: KIND_GPU }          | instance_group[0].kind: KIND_GPU is not available: this build of Tern runs models on the CPU; allowed are KIND_CPU and KIND_AUTO
            instance_group { kind: KIND_CPU gpus: 0 }  | instance_group[0].gpus: instance group instance_group[0] of model m has kind KIND_CPU but specifies one or more GPUs
            instance_group { count: -1 }               | instance_group[0].count: -1 is not allowed; must be >= 1, or 0 for the default (2)
            instance_group { profile: '0' }            | instance_group[0].profile: is only for TensorRT models
            instance_group { passive: true }           | instance_group[0].passive: is not supported
            instance_group { rate_limiter { resources { count: 1 } } } | instance_group[0].rate_limiter.resources[0].name: must not be empty
            instance_group { rate_limiter { resources { name: 'r' count: 1 } resources { name: 'R' global: true } } } | instance_group[0].rate_limiter.resources[1].name: 'R' is given before
            instance_group { rate_limiter { resources { name: 'r' count: 4294967295 } } } | instance_group[0].rate_limiter.resources[0].count: 4294967295 is not allowed; must be from 0 to 2147483647
            instance_group { rate_limiter { priority: 3000000000 } } | instance_group[0].rate_limiter.priority: 3000000000 is not allowed; must be from 1 to 2147483647
            optimization { graph { level: -2 } }       | optimization.graph.level: -2 is not allowed
            optimization { execution_accelerators { gpu_execution_accelerator { name: 'xla' } } } | unknown Execution Accelerator 'xla' is requested; allowed: tensorrt and cuda
            optimization { execution_accelerators { cpu_execution_accelerator { name: 'openvino' } } } | 'openvino' is not part of this build of Tern
            ensemble_scheduling {}                     | ensemble_scheduling: is only for models whose platform is ensemble
            model_operations { op_library_filename: '../a.so' } | model_operations.op_library_filename: '../a.so' must be a file inside the model's directory, or onnxruntime-extensions
            model_operations { op_library_filename: '' } | model_operations.op_library_filename: '' must be a file inside the model's directory, or onnxruntime-extensions
            model_repository_agents { agents { name: 'checksum' } } | model_repository_agents: is not supported by this version of Tern
            model_transaction_policy { decoupled: true } | model_transaction_policy.decoupled: must be false for ONNX models
            model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: -1 zero_data: true } } } | model_warmup[0].inputs[x].dims: [-1]: each dimension must be >= 0
            model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: 1 } } } | model_warmup[0].inputs[x]: needs one of zero_data, random_data and input_data_file
            model_warmup { batch_size: 1 inputs { key: 'x' value { dims: 1 zero_data: true } } } | model_warmup[0].inputs[x].data_type: must be given
            model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 input_data_file: '../x' } } } | model_warmup[0].inputs[x].input_data_file: '../x' must be a file inside
            max_batch_size: 4 model_warmup { batch_size: 5 } | model_warmup[0].batch_size: 5 is not allowed; must be from 1 to 4
            """)
    void refusesImpossibleValues(String text, String problem) {
        assertThat(problems(text))
                .hasSize(1)
                .allSatisfy(
                        each -> assertThat(each).startsWith("config.pbtxt: ").contains(problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0          |                                 | input[0].dims: [0]: each dimension must be >= 1, or -1
            -2         |                                 | input[0].dims: [-2]: each dimension must be >= 1, or -1
            ''         |                                 | input[0].dims: must be given for 'x'
            2, 3       | format: FORMAT_NCHW             | input[0].format: FORMAT_NCHW needs 3 dims, got [2, 3]
            2, 3       | reshape { shape: [ 5 ] }        | input[0].reshape: shape [5] and dims [2, 3] of 'x' must have the same number of elements
            2, -1, 3   | reshape { shape: [ -1, 6 ] }    | input[0].reshape: shape [-1, 6] and dims [2, -1, 3] of 'x' must have the same number
            2, 3       | reshape { shape: [ -1 ] }       | input[0].reshape: shape [-1] and dims [2, 3] of 'x' must have the same number
            6          | reshape { shape: [ 6, 0 ] }     | input[0].reshape: [6, 0]: each dimension must be >= 1
            2          | reshape { shape: [ ] }          | input[0].reshape: an empty shape is allowed only for dims [ 1 ]
            1          | is_shape_tensor: true           | input[0]: is_shape_tensor and is_non_linear_format_io are only for TensorRT models
            1          | allow_ragged_batch: true        | input[0].allow_ragged_batch: needs max_batch_size >= 1
            """)
    void refusesImpossibleTensors(String dims, String more, String problem) {
        String text = String.format(INPUT, dims, more == null ? "" : more);
        assertThat(problems(text)).hasSize(1).first().asString().contains(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2, 3       | reshape { shape: [ 6 ] }
            2, -1, 3   | reshape { shape: [ 1, 2, -1, 3 ] }
            -1, -1     | reshape { shape: [ -1, 1, -1 ] }
            1          | reshape { shape: [ ] }
            3, 8, 8    | format: FORMAT_NCHW
            4294967296, 4294967296 | reshape { shape: [ 4294967296, 4294967296 ] }
            """)
    void acceptsPossibleTensors(String dims, String more) throws ConfigException {
        assertThat(parse("max_batch_size: 2 " + String.format(INPUT, dims, more))
                        .getInputCount())
                .isEqualTo(1);
    }

    @Test
    void refusesAnEmptyReshapeOfAModelThatIsKnownNotToBatch() {
        String tensors = String.format(INPUT, "1", "reshape { }") + "output { name: 'y' data_type: TYPE_FP32 dims: 1 }";
        assertThat(problems(tensors)).hasSize(1).first().asString().contains("input[0].reshape: an empty shape");
        assertThat(problems("max_batch_size: 1 " + tensors)).isEmpty();
    }

    @Test
    void refusesOptionalInputsOfABatchingModel() {
        String input = String.format(INPUT, "1", "optional: true");
        assertThat(problems("max_batch_size: 2 " + input))
                .containsExactly(
                        "config.pbtxt: input[0].optional: optional inputs are possible only with max_batch_size 0");
    }

    @Test
    void refusesUnnamedUntypedAndRepeatedTensors() {
        assertThat(problems("output { dims: 1 } output { name: 'y' data_type: TYPE_FP32 dims: 1 } "
                        + "output { name: 'y' data_type: TYPE_FP32 dims: 1 label_filename: '../labels' }"))
                .containsExactly(
                        "config.pbtxt: output[0].name: must be given",
                        "config.pbtxt: output[0].data_type: must be given for ''",
                        "config.pbtxt: output[2].name: 'y' is listed twice; names must differ",
                        "config.pbtxt: output[2].label_filename: '../labels' must be a file inside the model's"
                                + " directory");
    }

    @ParameterizedTest
    @CsvSource({
        "tern.batching.tolerance, -1, must be a number >= 0",
        "tern.batching.tolerance, NaN, must be a number >= 0",
        "tern.batching.tolerence, 1, did you mean 'tern.batching.tolerance'?",
        "tern.nonsense, 1, unknown key; known are tern.batching.tolerance",
        "tern.ort.session., 1, unknown key; known are ",
        "tern.batching.split_large_requests, 1, must be true or false",
        "tern.max_execution_ms, 0.5, must be 0 for any time or a number from 1 to 3600000 (an hour)",
        "tern.max_execution_ms, 3600001, must be 0 for any time or a number from 1 to 3600000 (an hour)",
        "tern.max_execution_ms, soon, must be 0 for any time or a number from 1 to 3600000 (an hour)",
        "tern.batching.split_large_requests, TRUE, must be true or false",
        "tern.batching.mode, clever, must be fixed or adaptive",
        "tern.batching.latency_objective_ms, 0, must be a number > 0 and <= 3600000",
        "tern.batching.latency_objective_ms, soon, must be a number > 0 and <= 3600000",
        "tern.batching.latency_percentile, 100, must be a number > 0 and < 100",
        "tern.batching.max_padded_elements, 0, must be an integer >= 1",
        "tern.cache.ttl_ms, -1, 'must be a whole number >= 0, 0 for as long as there is room'",
        "tern.cache.ttl_ms, 1.5, must be a whole number >= 0",
        "tern.cache.share, 0, must be a number > 0 and <= 1",
        "tern.cache.share, 1.01, must be a number > 0 and <= 1",
        "tern.cache.min_hit_ratio, -0.1, 'must be a number from 0, to look all requests up always, to 1'",
        "tern.cache.min_hit_ratio, 1.1, must be a number from 0",
        "tern.cache.min_hit_ratio, some, must be a number from 0",
        "tern.drift.monitor, yes, must be true or false",
        "tern.drift.sample, 0, must be a number > 0 and <= 1",
        "tern.drift.sample, 1.1, must be a number > 0 and <= 1",
        "tern.drift.reference, 499, must be a whole number from 500 to 50000",
        "tern.drift.window, 10001, must be a whole number from 100 to 10000",
        "tern.drift.window, many, must be a whole number from 100 to 10000",
        "tern.drift.features, 'x,,y', 'must be inputs, outputs and columns of them, as x[3],score'",
        "tern.drift.false_alarm_rate, 0, must be a number from 1.0E-9 to 0.5",
        "tern.drift.false_alarm_rate, 0.6, must be a number from 1.0E-9 to 0.5",
        "tern.drift.ks_threshold, 1.5, must be a number from 0 to 1",
        "tern.drift.psi_threshold, -1, must be a number >= 0",
        "tern.drift.windows, 400, did you mean 'tern.drift.window'?",
        "tern.cache.ttl, 1, did you mean 'tern.cache.ttl_ms'?",
        "intra_op_thread_count, two, must be an integer >= 0",
        "inter_op_thread_count, -1, must be an integer >= 0",
        "execution_mode, 2, must be 0 (sequential) or 1 (parallel)",
        "enable_mem_arena, maybe, 'must be 0, 1, true or false'",
    })
    void refusesImpossibleParameters(String key, String value, String problem) {
        assertThat(problems(parameter(key, value)))
                .hasSize(1)
                .allSatisfy(each -> assertThat(each)
                        .startsWith("config.pbtxt: parameters[" + key + "]: ")
                        .contains(problem));
    }

    @ParameterizedTest
    @CsvSource({
        "tern.batching.tolerance, 1e-6",
        "tern.batching.split_large_requests, true",
        "tern.max_execution_ms, 0",
        "tern.max_execution_ms, 1",
        "tern.max_execution_ms, 3600000",
        "tern.batching.split_large_requests, false",
        "tern.ort.session.session.dynamic_block_base, 4",
        "intra_op_thread_count, 0",
        "execution_mode, 1",
        "enable_mem_pattern, False",
        "owner, ranking team",
    })
    void acceptsPossibleParameters(String key, String value) throws ConfigException {
        ModelConfigFile file = ModelConfigFile.parse(parameter(key, value), "config.pbtxt", "m");
        assertThat(file.config().getParametersOrThrow(key).getStringValue()).isEqualTo(value);
        assertThat(file.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            parameters { key: 'intra_op_thread_cout' value { string_value: '1' } } | parameters[intra_op_thread_cout]: unknown key, has no effect; did you mean 'intra_op_thread_count'?
            parameters { key: 'gpu_mem_limit' value { string_value: '1' } } | parameters[gpu_mem_limit]: has no effect
            parameters { key: 'tern.cache.share' value { string_value: '1' } } | parameters[tern.cache.share]: has no effect without response_cache { enable: true }
            parameters { key: 'memory.enable_memory_arena_shrinkage' value { string_value: 'cpu:0' } } | parameters[memory.enable_memory_arena_shrinkage]: has no effect in this version of Tern
            parameters { key: 'tern.drift.window' value { string_value: '400' } } | parameters[tern.drift.window]: has no effect without tern.drift.monitor true
            model_metrics { metric_control { } }       | model_metrics: has no effect
            optimization { cuda { graphs: true } }     | optimization.cuda: has no effect
            optimization { execution_accelerators { gpu_execution_accelerator { name: 'tensorrt' } } } | 'tensorrt' has no effect
            model_warmup { name: 'w' }                 | model_warmup[0].batch_size: is 0: the sample 'w' is skipped
            """)
    void warnsOfWhatHasNoEffect(String text, String warning) throws ConfigException {
        assertThat(ModelConfigFile.parse(text, "config.pbtxt", "m").warnings())
                .hasSize(1)
                .first()
                .asString()
                .contains(warning);
    }

    @Test
    void acceptsSettingsOfTheResponseCacheWithIt() throws ConfigException {
        String text = "response_cache { enable: true } " + parameter("tern.cache.ttl_ms", "60000")
                + parameter("tern.cache.share", "0.25") + parameter("tern.cache.min_hit_ratio", "0");

        assertThat(ModelConfigFile.parse(text, "config.pbtxt", "m").warnings()).isEmpty();
    }

    @Test
    void acceptsSettingsOfTheMonitorOfDriftWithIt() throws ConfigException {
        String text = parameter("tern.drift.monitor", "true")
                + parameter("tern.drift.sample", "1")
                + parameter("tern.drift.reference", "500")
                + parameter("tern.drift.window", "10000")
                + parameter("tern.drift.features", "x[3],score")
                + parameter("tern.drift.false_alarm_rate", "1e-9")
                + parameter("tern.drift.ks_threshold", "0")
                + parameter("tern.drift.psi_threshold", "0.25");

        assertThat(ModelConfigFile.parse(text, "config.pbtxt", "m").warnings()).isEmpty();
    }

    private static ModelConfig parse(String text) throws ConfigException {
        return ModelConfigFile.parse(text, "config.pbtxt", "m").config();
    }

    /** Each problem of {@code text}; none if it is accepted. */
    private static List<String> problems(String text) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> parse(text));
        return refused == null ? List.of() : refused.problems();
    }

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } }";
    }
}
