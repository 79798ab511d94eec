package dev.tern.bench.floor;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.process.JavaChild;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.process.TemporaryFolder;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Measures workloads, each with servers of its own. Used by one thread. */
public final class FloorRun {
    private final FloorSettings settings;
    private final StopSignal stop;
    private final Consumer<String> progress;

    /**
     * Tells {@code progress} of every step.
     *
     * @param stop ends the server and what is under way, so that {@link #measure} soon fails and cleans up
     */
    public FloorRun(FloorSettings settings, StopSignal stop, Consumer<String> progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * Measures one workload; blocks until its servers have ended. A server that fails under way is told in the result.
     *
     * @throws IOException when models cannot be written or a program cannot be started
     */
    public ScenarioResult measure(Workload workload) throws IOException {
        List<TrialReading> journal = new ArrayList<>();
        try {
            List<Figure> figures = served(workload, "", (tern, folder) -> compared(tern, workload, folder, journal));
            return new ScenarioResult(workload.name(), figures, journal, "");
        } catch (TargetException e) {
            return new ScenarioResult(workload.name(), List.of(), journal, stop.reason(e));
        }
    }

    /**
     * What answers out of the server's cache cost over the echo's; blocks until the server has ended. Every request comes
     * again and again, and all answers are kept.
     *
     * @param journal is told what each load gave
     * @throws TargetException when the server fails under way
     * @throws IOException when models cannot be written or a program cannot be started
     */
    public Figure hits(Workload workload, Consumer<TrialReading> journal) throws IOException {
        return served(workload, "response_cache { enable: true }\n", (tern, folder) -> {
            try (Neighbours sides = Neighbours.start(tern, workload, folder, with(journal))) {
                return new Hits(workload, settings, sides, tern, progress).figure();
            }
        });
    }

    /**
     * What a request to a model takes without a server's own work, one at a time.
     *
     * @param tern one that is ready
     * @param file the model's
     * @param directory where a few files can be put
     */
    public Unloaded unloaded(ServerProcess tern, Workload workload, Path file, Path directory) throws IOException {
        try (Neighbours sides = Neighbours.start(tern, workload, directory, with(reading -> {}));
                JavaChild runs = sides.runs(file)) {
            sides.echo().warmUp();
            double echo = sides.echo().closed(1).p50Micros();
            return new Unloaded(echo, BareRun.measure(runs, workload.rows()).nanos() / 1e3);
        }
    }

    /**
     * One request at a time.
     *
     * @param echoMicros median latency of the echo
     * @param runMicros of a bare run of ONNX Runtime
     */
    public record Unloaded(double echoMicros, double runMicros) {}

    private <T> T served(Workload workload, String settingsOfModel, Work<T> work) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("tern-floor")) {
            Path repository = folder.path().resolve("models");
            Models.write(repository, workload, settings.launch().launcher(), settingsOfModel);
            String loops = "--grpc-event-loops=" + settings.eventLoops();
            try (ServerProcess tern =
                    ServerProcess.start(settings.launch(), repository, loops, ServerProcess.COMPILED_SOON)) {
                return stop.during(tern::stop, () -> {
                    tern.awaitReady(List.of(workload.model()));
                    return work.with(tern, folder.path());
                });
            }
        }
    }

    private List<Figure> compared(ServerProcess tern, Workload workload, Path directory, List<TrialReading> journal)
            throws IOException {
        Path model = directory.resolve("models").resolve(workload.model()).resolve("1/model.onnx");
        try (Neighbours sides = Neighbours.start(tern, workload, directory, with(journal::add));
                JavaChild runs = sides.runs(model)) {
            return new Comparison(
                            workload, settings, sides.echo(), sides.tern(), () -> BatchMeter.read(tern), runs, progress)
                    .figures();
        }
    }

    private Neighbours.Surroundings with(Consumer<TrialReading> journal) {
        return new Neighbours.Surroundings(settings, stop, journal, progress);
    }

    /** What is done with a server and a folder. */
    private interface Work<T> {
        T with(ServerProcess tern, Path folder) throws IOException;
    }
}
