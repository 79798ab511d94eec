package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.figures.FakeTern;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What it measures is tried on a real server by .ci/run. */
@Timeout(180)
class LifecycleCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    void versionsThatAnswerAlikeAreTold() throws IOException {
        assertThat(run("--only", "reload")).as(err.toString()).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .contains(
                        "tern-bench: reload: warm-up: mlp-1024-unbatched",
                        "tern-bench: reload: mlp-1024-unbatched, 64 callers: ");
        assertThat(out.toString()).contains("| reload | not measured: versions 1 and 2 give a request the same answer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--load 0|--load: 0.0 is not allowed (expected: more than 0, 10 at most)",
                "--repeat 0|--repeat: 0 is not allowed (expected: 1 or more)",
                "--only unload|--only: 'unload' is not allowed (expected: any of reload",
            })
    void whatCannotBeIsRefused(String options, String message) throws IOException {
        assertThat(run(options.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void aServerThatLoadsNothingIsTold() throws IOException {
        assertThat(run("--only", "shadow")).as(err.toString()).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("| shadow | not measured: model 'mlp-1024-unbatched' was not loaded: ");
    }

    private int run(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("lifecycle", "--server"));
        arguments.add(FakeTern.launcher(directory).toString());
        arguments.addAll(List.of("--quick", "--server-cores", "any"));
        arguments.addAll(Arrays.asList(options));
        CommandLine line = TernBench.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments.toArray(String[]::new));
    }
}
