package dev.tern.bench.process;

import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A redis-server as a child process, on a free port of the loopback interface; it writes no files. Ended by closing it. */
public final class RedisProcess implements AutoCloseable {
    private static final int EXIT_SECONDS = 5;
    /** It cannot be told to choose a port itself, and one that is free may be taken by the time it is started. */
    private static final int STARTS = 3;

    private static final int LOOKS = 100;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final byte[] PONG = "+PONG".getBytes(StandardCharsets.US_ASCII);

    private final Path program;
    private final String cores;
    private final Path directory;
    private final int port;
    private volatile Process process;

    private RedisProcess(Path program, String cores, Path directory, int port) throws IOException {
        this.program = program;
        this.cores = cores;
        this.directory = directory;
        this.port = port;
        this.process = launch();
    }

    /**
     * Starts a server and blocks until it answers; one that ends instead is started again on another port.
     *
     * @param program redis-server
     * @param cores as taskset takes them; empty for any core
     * @param directory what it works in
     * @throws IOException when it cannot be started
     * @throws TargetException when it does not answer in time, or has ended
     */
    public static RedisProcess start(Path program, String cores, Path directory) throws IOException {
        for (int starts = 1; ; starts++) {
            RedisProcess redis = new RedisProcess(program, cores, directory, Ports.free());
            try {
                redis.awaitReady();
                return redis;
            } catch (TargetException e) {
                boolean ended = !redis.process.isAlive();
                redis.close();
                if (!ended || starts == STARTS) {
                    throw e;
                }
            }
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(cores.isEmpty() ? List.of() : List.of("taskset", "-c", cores));
        command.addAll(List.of(program.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning"));
        command.addAll(List.of("--dir", directory.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    /** Ends it without a warning (SIGKILL); blocks until it has gone. What it kept is lost. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /**
     * Starts it again on its port after {@link #kill}; blocks until it answers.
     *
     * @throws IOException when it cannot be started
     * @throws TargetException when it does not answer in time, or has ended
     */
    public void revive() throws IOException {
        process = launch();
        awaitReady();
    }

    /** Stops it (SIGSTOP): connections stay, nothing is answered. */
    public void freeze() throws IOException {
        signal("STOP");
    }

    /** Lets it go on after {@link #freeze}; does nothing to one that goes on, or has gone. */
    public void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .redirectError(Redirect.DISCARD)
                .start()
                .onExit()
                .join();
    }

    public int port() {
        return port;
    }

    /** Has it end and returns at once. Any thread may call. */
    public void stop() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady() {
        for (int looks = 0; looks < LOOKS && process.isAlive(); looks++) {
            LockSupport.parkNanos(LOOK_NANOS);
            // Where it has ended, somebody else may answer.
            if (answers() && process.isAlive()) {
                return;
            }
        }
        throw new TargetException("cannot reach redis-server at 127.0.0.1:" + port);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return Arrays.equals(in.readNBytes(PONG.length), PONG);
        } catch (IOException e) {
            return false;
        }
    }
}
