package dev.tern.server.cache.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A real redis-server on a free port of the loopback address, with nothing in it, that writes nothing to disk. */
public final class RedisProcess implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Path directory;
    private final int port;
    private final List<String> command;
    private @Nullable Process process;

    private RedisProcess(Path binary, int port, List<String> arguments) throws IOException {
        this.directory = Files.createTempDirectory("tern-redis");
        this.port = port;
        this.command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(arguments);
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", directory.toString()));
    }

    /** Starts the one that comes with the tests. */
    public static RedisProcess embedded() throws IOException {
        return of(RedisBinary.embedded());
    }

    static RedisProcess of(Path binary) throws IOException {
        int port = freePort();
        return of(binary, port, List.of("--port", Integer.toString(port)));
    }

    /** @param port that {@code arguments} have it listen on */
    static RedisProcess of(Path binary, int port, List<String> arguments) throws IOException {
        RedisProcess redis = new RedisProcess(binary, port, arguments);
        redis.start();
        return redis;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** Where it keeps what it keeps. */
    Path directory() {
        return directory;
    }

    public RedisAddress address() {
        return RedisAddress.parse("redis://127.0.0.1:" + port).orElseThrow();
    }

    RawRedis client() throws IOException {
        return RawRedis.connect(port);
    }

    /** Starts it, again on the same port; returns when it listens. */
    void start() throws IOException {
        Path log = directory.resolve("log");
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process = started;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!listens()) {
            if (!started.isAlive() || System.nanoTime() - deadline > 0) {
                kill();
                throw new IOException("redis-server did not start: " + Files.readString(log));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean listens() {
        try {
            client().close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() {
        running().destroyForcibly().onExit().join();
    }

    private Process running() {
        return Objects.requireNonNull(process);
    }

    /** SIGSTOP. */
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", name, Long.toString(running().pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill " + name + " ended with " + status);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
