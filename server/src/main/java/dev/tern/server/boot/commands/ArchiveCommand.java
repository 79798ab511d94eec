package dev.tern.server.boot.commands;

import dev.tern.server.boot.assembly.TernServer;
import dev.tern.server.boot.options.OptionsException;
import dev.tern.server.boot.options.ServeOptions;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.boot.options.Surroundings;
import dev.tern.server.boot.process.Logging;
import dev.tern.server.boot.process.NativeLibraries;
import dev.tern.server.engine.EngineException;
import dev.tern.server.http.BindFailure;
import dev.tern.server.repository.ModelIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * {@code tern archive}: one short life of a server on the demo models, of which the JVM keeps the classes. The launcher
 * gives the JVM the options that make the archive; called without it, there is a life and no archive. ONNX Runtime's native
 * libraries are unpacked beside it.
 */
@Command(
        name = "archive",
        description = "Make the class archive that lets this JVM start Tern faster (CDS; from Java 25, AOT cache).")
final class ArchiveCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    /** On loopback, on ports that nobody uses, and leaving nothing behind. */
    private static final List<String> SETTINGS = List.of(
            "--demo",
            "--trial-load=off",
            "--host=127.0.0.1",
            "--grpc-port=0",
            "--http-port=0",
            "--metrics-port=0",
            "--admin-port=0",
            "--drain-delay=0s");

    /** From Java 25 on the archive keeps what methods were used for, so that they are compiled sooner. */
    private static final int KEEPS_PROFILES = 25;

    @Spec
    private CommandSpec spec;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "error, warn, info, debug. [${DEFAULT-VALUE}]")
    private String logLevel = "warn";

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            ServerOptions options = options();
            Logging.configure(options.logging());
            live(TernServer.start(options), options);
            unpackLibraries();
            return 0;
        } catch (OptionsException | IOException | EngineException | BindFailure e) {
            err.println("tern archive: " + e.getMessage());
        } catch (ExecutionException e) {
            err.println("tern archive: " + Causes.message(e));
        }
        return FAILED;
    }

    /** Beside the archive of classes. */
    private static void unpackLibraries() throws IOException {
        Optional<Path> archive = Surroundings.ofThisProcess().home().map(home -> home.resolve("archive"));
        if (archive.isPresent() && Files.isDirectory(archive.get())) {
            NativeLibraries.unpack(archive.get());
        }
    }

    private ServerOptions options() {
        List<String> settings = new ArrayList<>(SETTINGS);
        settings.add("--log-level=" + logLevel);
        settings.addAll(
                Runtime.version().feature() >= KEEPS_PROFILES
                        ? List.of("--warm-up=auto", "--warm-up-budget=20s")
                        : List.of("--warm-up=none"));
        CommandLine serve = new CommandLine(new ServeCommand());
        ServeOptions.addTo(serve.getCommandSpec());
        ParseResult parsed = serve.parseArgs(settings.toArray(String[]::new));
        Surroundings here = Surroundings.ofThisProcess();
        return ServeOptions.resolve(
                parsed,
                new Surroundings(Map.of(), Optional.empty(), here.userHome(), here.processors(), here.heapBytes()));
    }

    /** What a start does, and what the first callers ask for. */
    private void live(TernServer server, ServerOptions options)
            throws IOException, ExecutionException, InterruptedException {
        try {
            List<ModelIndex> models = server.loaded().get();
            String table = new StartupTable(models, server.ports(), options, 0).toString();
            if (!models.stream().allMatch(ModelIndex::allReady)) {
                throw new IOException("a demo model does not load" + System.lineSeparator() + table);
            }
            get(server.ports().http(), "/healthz");
            get(server.ports().http(), "/readyz");
            get(server.ports().metrics(), "/metrics");
            infer(server.ports().grpc());
        } finally {
            server.stop();
        }
    }

    private static void get(int port, String path) throws IOException {
        try (InputStream answer =
                URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
            answer.readAllBytes();
        }
    }

    private void infer(int port) throws IOException {
        CommandLine infer = new CommandLine(new InferCommand());
        infer.setOut(new PrintWriter(PrintWriter.nullWriter()));
        infer.setErr(spec.commandLine().getErr());
        if (infer.execute("--target=127.0.0.1:" + port) != 0) {
            throw new IOException("the demo models do not answer");
        }
    }
}
