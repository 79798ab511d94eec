package dev.tern.bench.startup;

import dev.tern.bench.process.Distribution;
import dev.tern.bench.process.JvmLine;
import dev.tern.bench.process.Launch;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Starts servers with the demo's models, one at a time. Used by one thread. */
final class Starts {
    private final StartSettings settings;
    private final Path repository;
    private final Launch withoutArchive;
    private final StopSignal stop;

    /**
     * Makes ready to start.
     *
     * @param folder an empty one
     * @param stop ends the server that runs
     */
    Starts(StartSettings settings, Path folder, StopSignal stop) throws IOException {
        this.settings = settings;
        this.stop = stop;
        repository = Files.createDirectory(folder.resolve("models"));
        withoutArchive = settings.archives().contains(Archive.OFF)
                ? new Launch(
                        Distribution.withoutArchive(
                                settings.launch().launcher(), Files.createDirectory(folder.resolve("tern"))),
                        settings.launch().cores())
                : settings.launch();
    }

    /**
     * Starts a server, works with it and ends it.
     *
     * @throws TargetException when there is not the archive that is asked for, or it was told to stop
     */
    <T> T on(Archive archive, List<String> flags, Function<StartedServer, T> work) throws IOException {
        List<String> all = new ArrayList<>(List.of("--demo"));
        all.addAll(flags);
        all.addAll(settings.flags());
        Launch launch = archive == Archive.OFF ? withoutArchive : settings.launch();
        long began = System.nanoTime();
        try (ServerProcess server = ServerProcess.start(launch, repository, all.toArray(String[]::new))) {
            return stop.unlessStopped(server::stop, () -> {
                T result = work.apply(new StartedServer(server, began, stop));
                check(archive, server);
                return result;
            });
        }
    }

    /** Once it serves: before, the process is still the launcher's shell. */
    private static void check(Archive archive, ServerProcess server) throws IOException {
        if (archive == Archive.FOUND) {
            return;
        }
        Optional<Path> used = JvmLine.archive(server.pid());
        if (archive == Archive.ON && used.isEmpty()) {
            throw new TargetException("the launcher found no archive for this Java and its flags: 'tern archive' makes"
                    + " one, run with the same JAVA_HOME and on the same cores");
        }
        if (archive == Archive.OFF && used.isPresent()) {
            throw new TargetException("the server was started with " + used.get() + ", though it was to have none");
        }
    }
}
