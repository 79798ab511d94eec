package dev.tern.bench.figures;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server as a child process, pinned to cores, on a free port of the loopback interface. Ended by closing it. */
final class ServerProcess implements AutoCloseable {
    private static final long EXIT_SECONDS = 40;

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server; it is not ready yet.
     *
     * @param launcher bin/tern
     * @param cores as taskset takes them; empty to leave the choice to the system
     * @throws IOException when it cannot be started
     */
    static ServerProcess start(Path launcher, String cores, Path repository) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>();
        if (!cores.isEmpty()) {
            command.addAll(List.of("taskset", "-c", cores));
        }
        command.addAll(List.of(
                launcher.toString(),
                "serve",
                "--model-repository=" + repository,
                "--host=127.0.0.1",
                "--grpc-port=" + port,
                "--http-port=0",
                "--metrics-port=0",
                "--admin-port=off",
                "--trial-load=off",
                "--log-level=warn"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start();
        return new ServerProcess(process, port);
    }

    int port() {
        return port;
    }

    /** Asks it to end and returns at once. Any thread may call. */
    void stop() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** CPU time of all its threads so far, user and system; taskset and the launcher become the server by exec. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        stop();
        try {
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
