package dev.tern.bench.floor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.figures.FakeTern;
import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.floor.FloorRun.Unloaded;
import dev.tern.bench.models.BenchModels;
import dev.tern.bench.process.Launch;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Echo, bare runs and a server that answers without computing. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class FloorRunTest {
    private static final Workload MLP = Workload.ALL.stream()
            .filter(each -> each.name().equals("mlp-512"))
            .findFirst()
            .orElseThrow();

    private final List<String> progress = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void answersFromMemoryAreHeldAgainstTheEchoInEachRepetition() throws IOException {
        List<TrialReading> journal = new ArrayList<>();
        Figure figure = run(2).hits(MLP, journal::add);
        assertThat(figure.ratios().name())
                .isEqualTo("mlp-512: CPU a request of answers from memory over the echo's, 4 in flight");
        assertThat(figure.ratios().values()).hasSize(2).allMatch(each -> each > 0);
        assertThat(figure.parts().get(2).name()).isEqualTo("mlp-512: hit ratio");
        assertThat(figure.parts().get(2).values()).hasSize(2).allMatch(each -> each > 0.5 && each <= 1);
        assertThat(journal)
                .as("the repetition that is left out, then every other one with the server first")
                .extracting(each -> each.trial().split(", ", 3)[1])
                .containsExactly("echo", "Tern", "echo", "Tern", "Tern", "echo");
        assertThat(progress).anyMatch(each -> each.startsWith("left out: mlp-512: echo "));
    }

    @Test
    void oneCallersEchoAndRunAreMeasuredBesideAServer() throws IOException {
        BenchModels.write(directory, 1, List.of(MLP.model()));
        try (ServerProcess tern = ServerProcess.start(launch(), directory)) {
            tern.awaitReady(List.of(MLP.model()));
            Unloaded unloaded =
                    run(1).unloaded(tern, MLP, directory.resolve(MLP.model()).resolve("1/model.onnx"), directory);
            assertThat(unloaded.echoMicros()).isPositive();
            assertThat(unloaded.runMicros()).isPositive();
        }
    }

    private FloorRun run(int repeat) throws IOException {
        Duration brief = Duration.ofMillis(300);
        return new FloorRun(
                new FloorSettings(launch(), 1, 4, 2, repeat, brief, Duration.ZERO, brief, Duration.ZERO),
                new StopSignal(),
                progress::add);
    }

    private Launch launch() throws IOException {
        return new Launch(FakeTern.launcher(directory), "");
    }
}
