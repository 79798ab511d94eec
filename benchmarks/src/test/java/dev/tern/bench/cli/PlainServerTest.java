package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.PlainServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command against a server that has nothing but what it must have. */
class PlainServerTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private PlainServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = PlainServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void namesWithSpacesAndOpenShapesWillDo() {
        assertThat(run("--model", "my model", "--shape", "the input:5", "--range", "the input:3,3", "--verify"))
                .isZero();
        assertThat(out.toString())
                .contains("model      my model\n", "inputs     the input INT64[1,5]")
                .contains("verified   20 answers, 0 mismatched");
        assertThat(server.requests()).allSatisfy(each -> {
            assertThat(each.getModelName()).isEqualTo("my model");
            assertThat(each.getModelVersion()).isEmpty();
            assertThat(each.getInputs(0).getName()).isEqualTo("the input");
            assertThat(each.getInputs(0).getShapeList()).containsExactly(1L, 5L);
            assertThat(each.getRawInputContents(0).size()).isEqualTo(40);
        });
    }

    @Test
    void typedAnswersAreRecordedAndHeldAgainst() throws IOException {
        Path answers = folder.resolve("answers.jsonl");
        assertThat(run("--model", "m", "--distinct", "3", "--record-answers", answers.toString()))
                .isZero();
        assertThat(server.requests()).hasSize(23);
        assertThat(Files.readAllLines(answers)).hasSize(4);
        assertThat(run("--model", "m", "--distinct", "3", "--verify=" + answers))
                .isZero();
        assertThat(server.requests()).hasSize(43);
        assertThat(out.toString()).contains("verified   20 answers, 0 mismatched");
    }

    @Test
    void dataWithSpacesInTheirNamesAreSent() throws IOException {
        Path data = Files.writeString(folder.resolve("data.json"), "{\"data\": [{\"the input\": [[1, 2], [3, 4]]}]}");
        assertThat(run("--model", "m", "--data", data.toString())).isZero();
        assertThat(out.toString()).contains("2 rows a request, 1 distinct requests");
        assertThat(server.requests())
                .hasSize(20)
                .allSatisfy(each -> assertThat(each.getInputs(0).getShapeList()).containsExactly(2L, 2L));
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(List.of(
                "run", "--target", server.address(), "--warmup", "0s", "--concurrency", "2", "--requests", "20"));
        all.addAll(Arrays.asList(options));
        return TernBench.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }
}
