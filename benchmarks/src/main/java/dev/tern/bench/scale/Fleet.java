package dev.tern.bench.scale;

import dev.tern.bench.models.BenchModels;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.process.StopSignal;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One server for each setting, all of them up at the same time. Used by one thread, but for {@link #stop}. */
final class Fleet implements AutoCloseable {
    private static final long SEED = 1;

    private final ScaleSettings settings;
    private final StopSignal stop;
    private final List<ServerProcess> servers = new CopyOnWriteArrayList<>();

    Fleet(ScaleSettings settings, StopSignal stop) {
        this.settings = settings;
        this.stop = stop;
    }

    /**
     * Starts one more.
     *
     * @param repository a folder to be, for its model
     * @throws TargetException when it was told to stop
     */
    ServerProcess start(Setting setting, String model, Path repository) throws IOException {
        if (stop.isStopped()) {
            throw new TargetException("it was interrupted");
        }
        BenchModels.write(repository, SEED, List.of(model));
        Files.writeString(
                repository.resolve(model).resolve("config.pbtxt"),
                "\ninstance_group [ { count: " + setting.instances() + " kind: KIND_CPU } ]\n",
                StandardOpenOption.APPEND);
        ServerProcess server = ServerProcess.start(
                settings.launch(),
                repository,
                ServerProcess.COMPILED_SOON,
                "--grpc-event-loops=" + setting.eventLoops(),
                "--execution-slots=" + setting.instances());
        servers.add(server);
        stop.during(server::stop, () -> {
            server.awaitReady(List.of(model));
            return server;
        });
        return server;
    }

    /** Has all of them end soon. Any thread may call. */
    void stop() {
        servers.forEach(ServerProcess::stop);
    }

    @Override
    public void close() {
        stop();
        servers.forEach(ServerProcess::close);
    }
}
