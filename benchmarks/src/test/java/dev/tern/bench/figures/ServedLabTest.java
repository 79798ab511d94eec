package dev.tern.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.process.Launch;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedLabTest {
    private static final Trial STREAM = Trial.open("ranker", 2_000, 0).atPriority(1);
    private static final Trial FLOOD = Trial.closed("ranker", 8).atPriority(2);

    private final StopSignal stop = new StopSignal();
    private final List<String> progress = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void measuresBesidesABackgroundLoadThatEndsWithIt() throws IOException {
        FiguresSettings settings = settings(FakeTern.launcher(directory));
        try (ServerProcess server = ServerProcess.start(settings.launch(), directory)) {
            server.awaitReady(List.of("ranker"));
            ServedLab lab = new ServedLab(server, settings, stop, progress::add);
            Reading reading = lab.measure(STREAM.besides(FLOOD));
            assertThat(reading.meanMillis()).isPositive();
            assertThat(reading.refusals()).isEmpty();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain(ServedLab.BACKGROUND);
            assertThat(lab.journal())
                    .containsExactly(new TrialReading(STREAM.besides(FLOOD).describe(), reading));
            assertThat(progress)
                    .singleElement()
                    .asString()
                    .startsWith("ranker, open loop, Poisson, 2,000.0 requests/s");
        }
    }

    @Test
    void stoppedItMeasuresNothing() throws IOException {
        FiguresSettings settings = settings(FakeTern.launcher(directory));
        try (ServerProcess server = ServerProcess.start(settings.launch(), directory)) {
            server.awaitReady(List.of("ranker"));
            ServedLab lab = new ServedLab(server, settings, stop, progress::add);
            stop.stop();
            assertThatThrownBy(() -> lab.measure(STREAM))
                    .isInstanceOf(TargetException.class)
                    .hasMessage("it was interrupted");
        }
    }

    private static FiguresSettings settings(Path launcher) {
        return new FiguresSettings(new Launch(launcher, ""), 1, Duration.ofMillis(100), Duration.ZERO, Duration.ZERO);
    }
}
