package dev.tern.bench.floor;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.process.JavaChild;
import dev.tern.bench.process.JvmLine;
import dev.tern.bench.process.JvmMeter;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.process.TemporaryFolder;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetException;
import dev.tern.bench.target.TargetSettings;
import dev.tern.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Measures workloads, each with servers of its own. Used by one thread. */
public final class FloorRun {
    private static final String SERVICE = "inference.GRPCInferenceService";

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
        try (TemporaryFolder folder = TemporaryFolder.create("tern-floor")) {
            Path repository = folder.path().resolve("models");
            Models.write(repository, workload, settings.launch().launcher());
            try (ServerProcess tern = start(repository)) {
                List<Figure> figures = stop.during(tern::stop, () -> measured(tern, workload, folder.path(), journal));
                return new ScenarioResult(workload.name(), figures, journal, "");
            }
        } catch (TargetException e) {
            return new ScenarioResult(workload.name(), List.of(), journal, stop.reason(e));
        }
    }

    private ServerProcess start(Path repository) throws IOException {
        return ServerProcess.start(settings.launch(), repository, "--grpc-event-loops=" + settings.eventLoops());
    }

    private List<Figure> measured(ServerProcess tern, Workload workload, Path directory, List<TrialReading> journal)
            throws IOException {
        tern.awaitReady(List.of(workload.model()));
        ModelInferRequest request = request(tern, workload);
        Path requestFile = Files.write(directory.resolve("request"), request.toByteArray());
        Path model = directory.resolve("models").resolve(workload.model()).resolve("1/model.onnx");
        List<String> echoes = new ArrayList<>(List.of(Integer.toString(settings.eventLoops()), SERVICE));
        echoes.addAll(Answers.record(tern, request, directory));
        JvmLine line = JvmLine.of(tern.pid());
        progress.accept(workload.name() + ": all with " + line.flags());
        try (JavaChild echo = child(line, EchoServer.class, echoes);
                JavaChild runs = child(line, BareRuns.class, List.of(model.toString(), requestFile.toString()));
                JvmMeter echoMeter = JvmMeter.attach(echo.pid());
                JvmMeter ternMeter = JvmMeter.attach(tern.pid())) {
            int echoPort = Integer.parseInt(echo.greeting().split(" ", 2)[0]);
            return new Comparison(
                            workload,
                            settings,
                            new Side("echo", workload, settings, echoPort, echoMeter, stop, journal::add),
                            new Side("Tern", workload, settings, tern.port(), ternMeter, stop, journal::add),
                            () -> BatchMeter.read(tern),
                            runs,
                            progress)
                    .figures();
        }
    }

    private JavaChild child(JvmLine line, Class<?> program, List<String> arguments) throws IOException {
        JavaChild child = JavaChild.start(line, settings.launch().cores(), program, arguments);
        progress.accept(child.greeting());
        return child;
    }

    private static ModelInferRequest request(ServerProcess tern, Workload workload) throws IOException {
        HostPort address = new HostPort("127.0.0.1", tern.port());
        try (Target target = Target.connect(new TargetSettings(address, 1, 1, Duration.ZERO, false))) {
            ModelInfo model = target.describe(workload.model(), "");
            RequestPool pool = RequestPool.random(
                    workload.head(), model, workload.rows(), workload.shapes(), List.of(), 1, Side.SEED);
            return ModelInferRequest.parseFrom(pool.get(0));
        }
    }
}
