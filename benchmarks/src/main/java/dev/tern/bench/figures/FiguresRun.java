package dev.tern.bench.figures;

import dev.tern.bench.models.BenchModels;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measures scenarios, each with a server and models of its own. Used by one thread, but for {@link #stop}. */
public final class FiguresRun {
    private static final long SEED = 1;
    private static final int FIRST_WARM_UP = 3;

    private final FiguresSettings settings;
    private final Consumer<String> progress;
    private volatile boolean stopped;
    private volatile @Nullable ServedLab running;

    /** Tells {@code progress} of every step. */
    public FiguresRun(FiguresSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Measures one scenario; blocks until its server has ended. A server that fails under way is told in the result.
     *
     * @throws IOException when models cannot be written or the server cannot be started
     */
    public ScenarioResult measure(Scenario scenario) throws IOException {
        Path repository = Files.createTempDirectory("tern-figures");
        try {
            BenchModels.write(repository, SEED, scenario.models());
            try (ServerProcess server = ServerProcess.start(settings.server(), settings.serverCores(), repository)) {
                return measured(scenario, server);
            }
        } finally {
            delete(repository);
        }
    }

    /** Ends the server and what is under way, so that {@link #measure} soon fails and cleans up. Any thread may call. */
    public void stop() {
        stopped = true;
        ServedLab lab = running;
        if (lab != null) {
            lab.stop();
        }
    }

    /** Whether it was told to stop. */
    public boolean isStopped() {
        return stopped;
    }

    private ScenarioResult measured(Scenario scenario, ServerProcess server) {
        ServedLab lab = new ServedLab(server, settings, line -> progress.accept(scenario.name() + ": " + line));
        running = lab;
        if (stopped) {
            lab.stop();
        }
        try {
            server.awaitReady(scenario.models());
            int times = FIRST_WARM_UP;
            for (String model : scenario.models()) {
                lab.warmUp(scenario.warmUp(model), settings.warmUp().multipliedBy(times));
                times = 1;
            }
            List<Figure> figures = scenario.measure(new Rounds(lab, settings.repeat()));
            return new ScenarioResult(scenario.name(), figures, lab.journal(), "");
        } catch (TargetException | NotMeasuredException e) {
            return new ScenarioResult(scenario.name(), List.of(), lab.journal(), String.valueOf(e.getMessage()));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
