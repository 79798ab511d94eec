package dev.tern.bench.figures;

import dev.tern.bench.models.BenchModels;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.process.TemporaryFolder;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Measures scenarios, each with a server and models of its own. Used by one thread. */
public final class FiguresRun {
    private static final long SEED = 1;
    private static final int FIRST_WARM_UP = 3;

    private final FiguresSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;

    /**
     * Tells {@code progress} of every step.
     *
     * @param stop ends the server and what is under way, so that {@link #measure} soon fails and cleans up
     */
    public FiguresRun(FiguresSettings settings, StopSignal stop, Consumer<String> progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * Measures one scenario; blocks until its server has ended. A server that fails under way is told in the result.
     *
     * @throws IOException when models cannot be written or the server cannot be started
     */
    public ScenarioResult measure(Scenario scenario) throws IOException {
        try (TemporaryFolder repository = TemporaryFolder.create("tern-figures")) {
            BenchModels.write(repository.path(), SEED, scenario.models());
            try (ServerProcess server = ServerProcess.start(settings.launch(), repository.path())) {
                return stop.during(server::stop, () -> measured(scenario, server));
            }
        }
    }

    private ScenarioResult measured(Scenario scenario, ServerProcess server) {
        ServedLab lab = new ServedLab(server, settings, stop, line -> progress.accept(scenario.name() + ": " + line));
        try {
            server.awaitReady(scenario.models());
            int times = FIRST_WARM_UP;
            for (String model : scenario.models()) {
                lab.warmUp(scenario.warmUp(model), settings.warmUp().multipliedBy(times));
                times = 1;
            }
            List<Figure> figures = scenario.measure(new Rounds(lab, settings.repeat()));
            return new ScenarioResult(scenario.name(), figures, lab.journal(), "");
        } catch (TargetException e) {
            return new ScenarioResult(scenario.name(), List.of(), lab.journal(), stop.reason(e));
        } catch (NotMeasuredException e) {
            return new ScenarioResult(scenario.name(), List.of(), lab.journal(), String.valueOf(e.getMessage()));
        }
    }
}
