package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModelsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    void writesWhatIsAskedForAndSaysSo() throws IOException {
        Path repository = directory.resolve("new/models");
        int exit = run("--out", repository.toString(), "--only", "mlp-1024-fixed-0,mlp-1024-unbatched");
        assertThat(exit).isZero();
        assertThat(out.toString().lines()).containsExactly("mlp-1024-fixed-0", "mlp-1024-unbatched");
        assertThat(repository.toFile().list()).containsExactlyInAnyOrder("mlp-1024-fixed-0", "mlp-1024-unbatched");
        assertThat(repository.resolve("mlp-1024-unbatched/1/model.onnx"))
                .hasSameBinaryContentAs(repository.resolve("mlp-1024-fixed-0/1/model.onnx"));
        assertThat(repository.resolve("mlp-1024-fixed-0/config.pbtxt")).isRegularFile();
    }

    @Test
    void anUnknownModelIsAnsweredWithTheKnownOnes() {
        assertThat(run("--out", directory.toString(), "--only", "mlp")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--only: 'mlp' is not allowed (expected: any of mlp-64-fixed-0, ");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aDirectoryMustBeNamed() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--out is missing (expected: --out DIR)");
    }

    @Test
    void whatCannotBeWrittenIsSaid() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(run("--out", file.toString(), "--only", "session-equal")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).startsWith("tern-bench: cannot write the models to " + file);
    }

    private int run(String... options) {
        CommandLine command =
                TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] arguments = new String[options.length + 1];
        arguments[0] = "models";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return command.execute(arguments);
    }
}
