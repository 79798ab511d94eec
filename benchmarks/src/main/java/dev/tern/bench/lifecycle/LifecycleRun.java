package dev.tern.bench.lifecycle;

import dev.tern.bench.figures.NotMeasuredException;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.process.TemporaryFolder;
import dev.tern.bench.target.TargetException;
import dev.tern.bench.verify.ReferenceException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Measures scenarios, each with a server of its own. Used by one thread. */
public final class LifecycleRun {
    private static final List<Scenario> ALL = List.of(new Reloads(), new Shadowing());

    private final LifecycleSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;

    /**
     * Tells {@code progress} of every step.
     *
     * @param stop ends the server and what is under way, so that {@link #measure} soon fails and cleans up
     */
    public LifecycleRun(LifecycleSettings settings, StopSignal stop, Consumer<String> progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    /** The scenarios' names, in the order of the table. */
    public static List<String> names() {
        return ALL.stream().map(Scenario::name).toList();
    }

    /**
     * Measures one scenario; blocks until its server has ended. A server that fails under way is told in the result.
     *
     * @param name of {@link #names}
     * @throws IOException when models cannot be written or the server cannot be started
     */
    public ScenarioResult measure(String name) throws IOException {
        Scenario scenario = ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        try (TemporaryFolder repository = TemporaryFolder.create("tern-lifecycle")) {
            List<String> models = scenario.write(repository.path());
            try (ServerProcess server = ServerProcess.start(
                    settings.launch(), repository.path(), scenario.flags().toArray(String[]::new))) {
                return stop.during(server::stop, () -> measured(scenario, server, repository, models));
            }
        }
    }

    private ScenarioResult measured(
            Scenario scenario, ServerProcess server, TemporaryFolder repository, List<String> models)
            throws IOException {
        Lab lab = new Lab(server, settings, stop, line -> progress.accept(scenario.name() + ": " + line));
        try {
            server.awaitReady(models);
            lab.warmUp(models);
            return new ScenarioResult(scenario.name(), scenario.measure(lab, repository.path()), lab.journal(), "");
        } catch (TargetException e) {
            return new ScenarioResult(scenario.name(), List.of(), lab.journal(), stop.reason(e));
        } catch (NotMeasuredException | ReferenceException e) {
            return new ScenarioResult(scenario.name(), List.of(), lab.journal(), String.valueOf(e.getMessage()));
        }
    }
}
