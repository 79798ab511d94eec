package dev.tern.server.boot.commands;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.OnnxGraph.longsAttribute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code tern check --rows}. */
class CheckRowsTest {
    private static final String BATCHED = "max_batch_size: 8 ";
    private static final String MARKED =
            "response_cache { enable: true } parameters { key: \"tern.cache.rows\" value { string_value: \"true\" } }";

    @TempDir
    Path repository;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** {@code y = x - mean of x over the batch}: right for one row at a time only. */
    private static byte[] minusMean() {
        return OnnxGraph.named("minus_mean")
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .node("ReduceMean", "x", "mean", longsAttribute("axes", List.of(0L)), attribute("keepdims", 1))
                .node("Sub", List.of("x", "mean"), "y")
                .bytes();
    }

    @Test
    void markedModelsWhoseRowsAnswerForThemselvesPass() {
        model("mlp", OnnxModels.mlp(64, 256, 64, 1), BATCHED + MARKED);
        model("texts", OnnxModels.stringLabels("a", "b"), BATCHED + MARKED);
        model("lengths", OnnxModels.variableLengthSum(), BATCHED + MARKED);
        model("one", OnnxModels.twoOutputs(), "max_batch_size: 1 " + MARKED);

        assertThat(check()).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^MODEL +VERSION +ROW-WISE +TERN.CACHE.ROWS +ROWS TRIED +ABSOLUTE +RELATIVE$")
                .containsPattern("(?m)^mlp +1 +yes +true +\\d\\d+ +\\S+ +\\S+$")
                .containsPattern("(?m)^texts +1 +yes +true +\\d\\d+ +0 +0$")
                .containsPattern("(?m)^lengths +1 +yes +true ")
                .containsPattern("(?m)^one +1 +yes +true ")
                .contains("0 models are marked tern.cache.rows and not row-wise within 1.0E-4");
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeCanBeTried(DataType type) {
        model("identity", OnnxModels.identity(type), BATCHED + MARKED);

        assertThat(check()).isZero();
        assertThat(out.toString()).containsPattern("(?m)^identity +1 +yes +true +\\d+ +0 +0$");
    }

    @Test
    void aMarkedModelWhoseRowsDependOnTheirMatesFails() {
        model("minus", minusMean(), BATCHED + MARKED);

        assertThat(check()).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("(?m)^minus +1 +no +true +0 +\\d\\S+ +\\d\\S+$")
                .containsPattern("(?m)^  minus 1: output 'y' of a row differs alone and in a batch of 8$")
                .contains("1 models are marked tern.cache.rows and not row-wise within 1.0E-4");
    }

    @Test
    void aDynamicallyQuantizedModelFailsAndPassesWithinAWiderTolerance() {
        model("quantized", OnnxModels.dynamicQuantization(), BATCHED + MARKED);

        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).containsPattern("(?m)^quantized +1 +no +true ");
        assertThat(check("--rows-tolerance=100")).isZero();
        assertThat(out.toString()).containsPattern("(?m)^quantized +1 +yes +true ");
    }

    @Test
    void whatIsNotMarkedIsReportedOnly() {
        model("minus", minusMean(), BATCHED);
        model("whole", OnnxModels.reduceOverBatch(), "");

        assertThat(check()).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^minus +1 +no +- ")
                .doesNotContainPattern("(?m)^whole +1 +(yes|no|unknown)");
    }

    @Test
    void aMarkedModelThatCannotBeTriedFails() {
        model("whole", OnnxModels.reduceOverBatch(), MARKED);
        model("picky", OnnxModels.takesOneId(), BATCHED + MARKED);

        assertThat(check()).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("(?m)^whole +1 +unknown +true +0 +- +-$")
                .contains("  whole 1: requests have no batch dimension: max_batch_size is 0");
    }

    /** {@code y = -x}, where x may be left out. */
    private static byte[] optional() {
        return OnnxGraph.named("optional")
                .input("x", FLOAT, "batch", 2)
                .output("y", FLOAT, "batch", 2)
                .floats("x", List.of(1L, 2L), 1, 2)
                .node("Neg", "x", "y")
                .bytes();
    }

    @Test
    void aModelOfWhichAllInputsAreOptionalCannotBeTried() {
        model("optional", optional(), BATCHED + MARKED);

        assertThat(check()).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("(?m)^optional +1 +unknown +true +0 +- +-$")
                .contains("  optional 1: no input has to be given, so that a request may have no rows");
    }

    @Test
    void rowsThatAreTooLargeToBeMadeUpAreLeftOut() {
        model("large", OnnxModels.identity(DataType.BOOL, "batch", 4200, 4200), "max_batch_size: 1 " + MARKED);
        model(
                "wide",
                OnnxModels.identity(DataType.FP32, "batch", "a", "b", "c", "d", "e", "f", "g", "h"),
                "max_batch_size: 1 " + MARKED);

        assertThat(check()).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("(?m)^large +1 +unknown +true ")
                .contains("  large 1: no row could be run, give model_warmup samples"
                        + " (a row has 17640000 elements, at most 16777216 are made up)")
                .containsPattern("(?m)^wide +1 +yes +true ");
    }

    @Test
    void withoutTheFlagNothingIsTried() {
        model("minus", minusMean(), BATCHED + MARKED);

        assertThat(TernCommand.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .execute("check", "--model-repository=" + repository, "--trial-load=off"))
                .isZero();
        assertThat(out.toString()).doesNotContain("ROW-WISE");
    }

    @Test
    void theDemoModelsAreRowWise() {
        assertThat(run("check", "--demo", "--rows")).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^ranker +1 +yes ")
                .doesNotContainPattern("(?m)^\\w+ +1 +unknown ");
    }

    @Test
    void aToleranceBelowNothingIsAUsageError() {
        assertThat(check("--rows-tolerance=-1")).isEqualTo(2);
        assertThat(err.toString()).contains("tern check: --rows-tolerance: -1.0 (expected: >= 0)");
        assertThat(check("--rows-tolerance=NaN")).isEqualTo(2);
    }

    private void model(String name, byte[] onnx, String config) {
        ModelDirectory.of(repository, name).version(1, onnx).config(config);
    }

    private int check(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("check", "--rows", "--model-repository=" + repository, "--trial-load=off"));
        arguments.addAll(List.of(more));
        out.getBuffer().setLength(0);
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return TernCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
