package dev.tern.bench.floor;

import dev.tern.bench.figures.TrialReading;
import dev.tern.bench.input.RequestPool;
import dev.tern.bench.process.JavaChild;
import dev.tern.bench.process.JvmLine;
import dev.tern.bench.process.JvmMeter;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetSettings;
import dev.tern.proto.inference.ModelInferRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A server and, in a JVM with the same flags on the same cores, an echo that answers what the server answered; both under
 * loads of one workload. Used by one thread; closing it ends the echo.
 */
final class Neighbours implements AutoCloseable {
    private static final String SERVICE = "inference.GRPCInferenceService";
    private static final String REQUESTS = "requests";
    private static final long MOST_BYTES = 16 << 20;

    private final FloorSettings settings;
    private final Consumer<String> progress;
    private final JvmLine line;
    private final Path requests;
    private final JavaChild child;
    private final JvmMeter childMeter;
    private final JvmMeter serverMeter;
    private final Side echo;
    private final Side tern;

    private Neighbours(
            ServerProcess server, Workload workload, Path directory, Surroundings with, JvmLine line, JavaChild child)
            throws IOException {
        this.settings = with.settings();
        this.progress = with.progress();
        this.line = line;
        this.requests = directory.resolve(REQUESTS);
        this.child = child;
        this.childMeter = JvmMeter.attach(child.pid());
        this.serverMeter = JvmMeter.attach(server.pid());
        int echoPort = Integer.parseInt(child.greeting().split(" ", 2)[0]);
        this.echo = new Side("echo", workload, settings, echoPort, childMeter, with.stop(), with.journal());
        this.tern = new Side("Tern", workload, settings, server.port(), serverMeter, with.stop(), with.journal());
    }

    /**
     * What both have around them.
     *
     * @param stop ends a load that is under way
     * @param journal is told what each load gave
     * @param progress is told of every step
     */
    record Surroundings(
            FloorSettings settings, StopSignal stop, Consumer<TrialReading> journal, Consumer<String> progress) {}

    /**
     * Starts the echo.
     *
     * @param server one that is ready
     * @param directory where a few files can be put
     */
    static Neighbours start(ServerProcess server, Workload workload, Path directory, Surroundings with)
            throws IOException {
        List<ModelInferRequest> requests = requests(server, workload);
        write(requests, directory.resolve(REQUESTS));
        List<String> echoes =
                new ArrayList<>(List.of(Integer.toString(with.settings().eventLoops()), SERVICE));
        echoes.addAll(Answers.record(server, requests.get(0), directory));
        JvmLine line = JvmLine.of(server.pid());
        with.progress().accept(workload.name() + ": all with " + line.flags());
        JavaChild child = child(line, with.settings(), with.progress(), EchoServer.class, echoes);
        try {
            return new Neighbours(server, workload, directory, with, line, child);
        } catch (IOException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    Side echo() {
        return echo;
    }

    Side tern() {
        return tern;
    }

    /** Starts the program that makes bare runs of a model, of the workload's requests. */
    JavaChild runs(Path model) throws IOException {
        return child(line, settings, progress, BareRuns.class, List.of(model.toString(), requests.toString()));
    }

    @Override
    public void close() {
        serverMeter.close();
        childMeter.close();
        child.close();
    }

    private static JavaChild child(
            JvmLine line, FloorSettings settings, Consumer<String> progress, Class<?> program, List<String> arguments)
            throws IOException {
        JavaChild child = JavaChild.start(line, settings.launch().cores(), program, arguments);
        progress.accept(child.greeting());
        return child;
    }

    private static void write(List<ModelInferRequest> requests, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (ModelInferRequest each : requests) {
                each.writeDelimitedTo(out);
            }
        }
    }

    /** Those of the loads; of very large ones a few. */
    private static List<ModelInferRequest> requests(ServerProcess server, Workload workload) throws IOException {
        HostPort address = new HostPort("127.0.0.1", server.port());
        try (Target target = Target.connect(new TargetSettings(address, 1, 1, Duration.ZERO, false))) {
            ModelInfo model = target.describe(workload.model(), "");
            RequestPool pool = RequestPool.random(
                    workload.head(), model, workload.rows(), workload.shapes(), List.of(), Side.DISTINCT, Side.SEED);
            List<ModelInferRequest> requests = new ArrayList<>();
            long bytes = 0;
            for (int i = 0; i < pool.size() && bytes < MOST_BYTES; i++) {
                bytes += pool.get(i).length;
                requests.add(ModelInferRequest.parseFrom(pool.get(i)));
            }
            return requests;
        }
    }
}
