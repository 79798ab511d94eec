package dev.tern.server.repository.config;

import static dev.tern.server.testing.EnsembleText.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.testing.EnsembleText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with an ensemble, by itself and with the models of its steps. */
class EnsembleRulesTest {
    private static final String INPUT = "input { name: 'x' data_type: TYPE_FP32 dims: [ 4 ] } ";
    private static final String OUTPUT = "output { name: 'y' data_type: TYPE_FP32 dims: [ 4 ] } ";
    private static final String SIGNATURE = "max_batch_size: 8 " + INPUT + OUTPUT;

    @Test
    void anEnsembleIsWhatItsFileSays() throws ConfigException {
        ModelConfigFile file = parse(chain());
        assertThat(file.warnings()).isEmpty();
        assertThat(file.config().getPlatform()).isEqualTo("ensemble");
        assertThat(file.config().getBackend()).isEmpty();
        assertThat(file.config().getInstanceGroupList()).isEmpty();
        assertThat(file.config().getVersionPolicy().getLatest().getNumVersions())
                .isEqualTo(1);
    }

    static Stream<Arguments> graphs() {
        return Stream.of(
                Arguments.of(
                        List.of(
                                step("a", Map.of("x", "x"), Map.of("y", "y")),
                                step("b", Map.of("x", "z"), Map.of("y", "w"))),
                        List.of(
                                "ensemble_scheduling.step[1].input_map[x]: tensor 'z' is neither an input of the ensemble nor made by a step",
                                "ensemble_scheduling: tensor 'w' (ensemble_scheduling.step[1], as 'y') is unused")),
                Arguments.of(
                        List.of(
                                step("a", Map.of("x", "x"), Map.of("y", "middle")),
                                step("b", Map.of("x", "midle"), Map.of("y", "y"))),
                        List.of(
                                "tensor 'midle' is neither an input of the ensemble nor made by a step; did you mean 'middle'?",
                                "tensor 'middle' (ensemble_scheduling.step[0], as 'y') is unused")),
                Arguments.of(
                        List.of(
                                step("a", Map.of("x", "x"), Map.of("y", "y")),
                                step("b", Map.of("x", "x"), Map.of("y", "y"))),
                        List.of(
                                "ensemble_scheduling.step[1].output_map[y]: tensor 'y' has another maker: ensemble_scheduling.step[0], as 'y'")),
                Arguments.of(
                        List.of(step("a", Map.of("x", "x"), Map.of("y", "y", "z", "x"))),
                        List.of(
                                "ensemble_scheduling.step[0].output_map[z]: tensor 'x' has another maker: an input of the ensemble")),
                Arguments.of(
                        List.of(
                                step("a", Map.of("x", "x", "w", "back"), Map.of("y", "there")),
                                step("b", Map.of("x", "there"), Map.of("y", "y", "z", "back"))),
                        List.of(
                                "ensemble_scheduling: each of these steps waits for another one of them: ensemble_scheduling.step[0] ('a'), ensemble_scheduling.step[1] ('b')")),
                Arguments.of(
                        List.of(step("a", Map.of("x", "x"), Map.of("y", "z"))),
                        List.of(
                                "output[0].name: no step makes 'y'",
                                "tensor 'z' (ensemble_scheduling.step[0], as 'y') is unused")),
                Arguments.of(
                        List.of(step("e", Map.of("x", "x"), Map.of("y", "y"))),
                        List.of("ensemble_scheduling.step[0].model_name: 'e' is the ensemble itself")),
                Arguments.of(
                        List.of(step("a", -2, Map.of("x", "x"), Map.of("y", "y"))),
                        List.of(
                                "ensemble_scheduling.step[0].model_version: -2 is not allowed; must be a version, or -1 for the newest")),
                Arguments.of(
                        List.of(
                                "step { input_map { key: 'x' value: 'x' } output_map { key: 'y' value: 'y' } model_namespace: 'n' }"),
                        List.of(
                                "ensemble_scheduling.step[0].model_name: must be given",
                                "ensemble_scheduling.step[0].model_namespace: is not supported")),
                Arguments.of(
                        List.of(step("a", Map.of("x", "x"), Map.of("y", "y")), step("b", Map.of(), Map.of())),
                        List.of(
                                "ensemble_scheduling.step[1].input_map: must be given",
                                "ensemble_scheduling.step[1].output_map: must be given")));
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void aGraphThatCannotBeIsRefused(List<String> steps, List<String> problems) {
        assertThat(problems(EnsembleText.of(SIGNATURE, steps.toArray(String[]::new))))
                .hasSameSizeAs(problems)
                .allSatisfy(each -> assertThat(problems).anyMatch(each::contains));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            instance_group { count: 1 }          | instance_group: is only for models with an ONNX file
            model_warmup { batch_size: 1 }       | model_warmup: is only for models with an ONNX file
            optimization { graph { level: 1 } }  | optimization: is only for models with an ONNX file
            backend: 'onnxruntime'               | backend: must not be given with platform 'ensemble'
            """)
    void whatOnlyOnnxModelsHaveIsRefused(String more, String problem) {
        assertThat(problems(chain() + more)).singleElement().asString().contains(problem);
    }

    @Test
    void anEnsembleHasStepsInputsAndOutputs() {
        assertThat(problems("platform: 'ensemble' " + SIGNATURE))
                .singleElement()
                .asString()
                .contains("ensemble_scheduling: must be given for ensemble 'e' whose platform is ensemble");
        assertThat(problems(EnsembleText.of("")))
                .hasSize(3)
                .anyMatch(each -> each.contains("ensemble_scheduling.step: must have at least one step"));
    }

    @Test
    void whatHasNoEffectIsSaid() throws ConfigException {
        assertThat(parse(chain() + "response_cache { enable: true }").warnings())
                .singleElement()
                .asString()
                .contains("response_cache: has no effect on ensembles: the steps' models have one each");
    }

    @Test
    void modelsThatFitAreNoProblem() throws ConfigException {
        assertThat(check(chain(), Map.of("a", model(8, "[ 4 ]", "[ -1 ]"), "b", model(16, "[ 4 ]", "[ 4 ]"))))
                .isEmpty();
    }

    @Test
    void aBatchOfOneIsAsGoodAsNone() throws ConfigException {
        assertThat(check(
                        EnsembleText.of(
                                INPUT + OUTPUT,
                                step("a", Map.of("x", "x"), Map.of("y", "middle")),
                                step("b", Map.of("x", "middle"), Map.of("y", "y"))),
                        Map.of("a", model(8, "[ 4 ]", "[ 4 ]"), "b", model(0, "[ 1, 4 ]", "[ 4 ]"))))
                .isEmpty();
    }

    @Test
    void modelsThatDoNotFitAreNamedWithStepAndTensor() throws ConfigException {
        assertThat(check(chain(), Map.of("a", model(8, "[ 4 ]", "[ 4 ]"))))
                .isEqualTo("ensemble 'e': ensemble_scheduling.step[1]: model 'b' has no version that is ready");
        assertThat(check(chain(), Map.of("a", model(4, "[ 4 ]", "[ 4 ]"), "b", model(8, "[ 4 ]", "[ 4 ]"))))
                .isEqualTo(
                        "ensemble 'e': ensemble_scheduling.step[0]: the ensemble's max_batch_size is 8, but model 'a' has only 4");
        assertThat(check(chain(), Map.of("a", model(8, "[ 4 ]", "[ 3 ]"), "b", model(8, "[ 4 ]", "[ 4 ]"))))
                .isEqualTo(
                        "ensemble 'e': ensemble_scheduling.step[1].input_map[x]: tensor 'middle' is made as TYPE_FP32 [-1,3]"
                                + " ('y' of ensemble_scheduling.step[0], model 'a'), but read as TYPE_FP32 [-1,4] ('x' of"
                                + " ensemble_scheduling.step[1], model 'b')");
        assertThat(check(
                        chain(),
                        Map.of(
                                "a",
                                model(8, "[ 4 ]", "[ 4 ]"),
                                "b",
                                model(8, "[ 4 ]", "[ 4 ]").toBuilder()
                                        .setOutput(
                                                0,
                                                model(8, "[ 4 ]", "[ 4 ]").getOutput(0).toBuilder()
                                                        .setDataType(dev.tern.proto.inference.DataType.TYPE_INT64))
                                        .build())))
                .contains("output[0]: tensor 'y' is made as TYPE_INT64 [-1,4]");
    }

    @Test
    void mapsNameTheModelsInputsAndOutputs() throws ConfigException {
        String text = EnsembleText.of(SIGNATURE, step("a", Map.of("xx", "x"), Map.of("z", "y")));
        assertThat(check(text, Map.of("a", model(8, "[ 4 ]", "[ 4 ]"))))
                .contains("output_map[z]: model 'a' has no output 'z', it has y")
                .contains("input_map[xx]: model 'a' has no input 'xx', it has x")
                .contains("input_map: input 'x' of model 'a' is mapped to no tensor");
    }

    /** {@code x -> a -> middle -> b -> y}. */
    private static String chain() {
        return EnsembleText.of(
                SIGNATURE,
                step("a", Map.of("x", "x"), Map.of("y", "middle")),
                step("b", Map.of("x", "middle"), Map.of("y", "y")));
    }

    private static ModelConfig model(int batch, String from, String to) throws ConfigException {
        return ModelConfigFile.parse(
                        "max_batch_size: " + batch + " input { name: 'x' data_type: TYPE_FP32 dims: " + from
                                + " } output { name: 'y' data_type: TYPE_FP32 dims: " + to + " }",
                        "config.pbtxt",
                        "m")
                .config();
    }

    private static String check(String text, Map<String, ModelConfig> models) throws ConfigException {
        return EnsembleCheck.problem(
                parse(text).config(), step -> Optional.ofNullable(models.get(step.getModelName())));
    }

    private static ModelConfigFile parse(String text) throws ConfigException {
        return ModelConfigFile.parse(text, "config.pbtxt", "e");
    }

    private static List<String> problems(String text) {
        return catchThrowableOfType(ConfigException.class, () -> parse(text)).problems();
    }
}
