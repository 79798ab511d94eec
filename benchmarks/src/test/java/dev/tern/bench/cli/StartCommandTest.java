package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import dev.tern.bench.figures.FakeTern;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class StartCommandTest {
    /** Like bin/tern: an archive is used where it lies beside bin. */
    private static final String LAUNCHER = """
            home=$(dirname "$(dirname "$0")")
            archive=
            [ ! -d "$home/archive" ] || archive=-XX:SharedArchiveFile=$home/archive/none.jsa
            """ + FakeTern.command("$archive");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path launcher;

    @TempDir
    Path directory;

    @BeforeEach
    void writeLauncher() throws IOException {
        launcher = FakeTern.launcher(Files.createDirectory(directory.resolve("bin")), LAUNCHER);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anArchiveIsComparedWithNone() throws IOException {
        Files.createDirectory(directory.resolve("archive"));
        Path json = directory.resolve("start.json");
        int exit = run("--archive", "both", "--only", "first-answer,ready", "--json", json.toString());
        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "| start, archive on | start, archive on: s from start to the first answer, no warm-up | ",
                        "| start, archive off | start, archive off: s from start to ready | ",
                        "| archive | time to the first answer, without the archive over with it | ")
                .doesNotContain("throughput");
        JsonArray results =
                JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonArray("scenarios");
        assertThat(results).hasSize(3);
        assertThat(err.toString())
                .contains("left out: start, archive on: first answer after ", "\ntern-bench: start, archive off: ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anArchiveThatIsAskedForAndMissingIsSaid() {
        assertThat(run("--archive", "on", "--only", "first-answer")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("not measured: the launcher found no archive for this Java");
    }

    @Test
    void aServerThatEndsIsTold() throws IOException {
        launcher = FakeTern.launcher(directory, "exit 1");
        assertThat(run("--only", "ready")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("| start | not measured: the server has ended before it listened");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--archive maybe|'maybe' is not allowed (expected: found, on, off or both)",
                "--only speedy|--only: 'speedy' is not allowed (expected: any of first-answer, ready, speed)",
                "--repeat 0|--repeat: 0 is not allowed (expected: 1 or more)",
                "--json /nowhere/at/all.json|--json: /nowhere/at/all.json is not allowed",
            })
    void whatCannotBeIsRefused(String options, String message) {
        assertThat(run(options.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void helpSaysWhatIsMeasured() {
        assertThat(commandLine().setUsageHelpWidth(200).execute("start", "--help"))
                .isZero();
        assertThat(out.toString())
                .contains("as soon as the port is open", "--archive=found|on|off|both", "Default: any.")
                .doesNotContain("DEFAULT-VALUE");
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(List.of("start", "--server", launcher.toString()));
        List<String> given = Arrays.asList(options);
        all.addAll(given.contains("--repeat") ? List.of() : List.of("--repeat", "1"));
        all.addAll(given);
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
