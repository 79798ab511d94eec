package dev.tern.bench.process;

import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetException;
import dev.tern.bench.target.TargetSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A server as a child process, pinned to cores, on ports of the loopback interface that it chooses. Ended by closing it. */
public final class ServerProcess implements AutoCloseable {
    /**
     * A flag for servers that are measured at their limit and once they are warm: all cores are wanted there, and a
     * compiler that gives way to requests would take minutes.
     */
    public static final String COMPILED_SOON = "--background-niceness=0";

    private static final int EXIT_SECONDS = 40;
    /** Nobody waits for what a server under a measurement that was given up has left to do. */
    private static final int HURRIED_EXIT_SECONDS = 5;

    private static final long KIBI = 1024;
    private static final int READY_LOOKS = 1_200;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Process process;
    private final ServerLog log = new ServerLog(System.err::println);
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean hurried;

    private ServerProcess(Process process) {
        this.process = process;
        Thread reader =
                new Thread(() -> log.read(process.errorReader(StandardCharsets.UTF_8)), "tern-bench-server-log");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a server; it is not ready yet. It chooses its ports: one that was free before it is started may be taken then.
     *
     * @param flags further ones of {@code tern serve}
     * @throws IOException when it cannot be started
     */
    public static ServerProcess start(Launch launch, Path repository, String... flags) throws IOException {
        List<String> command = new ArrayList<>();
        if (!launch.cores().isEmpty()) {
            command.addAll(List.of("taskset", "-c", launch.cores()));
        }
        command.addAll(List.of(
                launch.launcher().toString(),
                "serve",
                "--model-repository=" + repository,
                "--host=127.0.0.1",
                "--grpc-port=0",
                "--http-port=0",
                "--metrics-port=0",
                "--admin-port=off",
                "--trial-load=off",
                // So it says which ports it has.
                "--log-level=info",
                "--log-format=text"));
        command.addAll(List.of(flags));
        return new ServerProcess(
                new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).start());
    }

    /**
     * Of gRPC; blocks until it is open.
     *
     * @throws TargetException when the server has ended before that
     */
    public int port() {
        return log.listening().grpc();
    }

    /**
     * Its Prometheus page at this moment; blocks.
     *
     * @throws TargetException when it cannot be read
     */
    public String metrics() {
        URI page = URI.create("http://127.0.0.1:" + log.listening().metrics() + "/metrics");
        try (InputStream text = page.toURL().openStream()) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new TargetException("cannot read " + page + ": " + e.getMessage());
        }
    }

    /** The operating system's number of it. */
    public long pid() {
        return process.pid();
    }

    /**
     * Blocks until all models can be used.
     *
     * @throws TargetException when they cannot be used in time, or the server has ended
     */
    public void awaitReady(List<String> models) {
        HostPort address = new HostPort("127.0.0.1", port());
        for (int looks = 1; ; looks++) {
            LockSupport.parkNanos(LOOK_NANOS);
            try {
                ask(address, models);
                return;
            } catch (TargetException e) {
                if (looks == READY_LOOKS || !isAlive()) {
                    throw e;
                }
            }
        }
    }

    private static void ask(HostPort address, List<String> models) {
        try (Target target = Target.connect(new TargetSettings(address, 1, 1, Duration.ZERO, false))) {
            models.forEach(each -> target.describe(each, ""));
        }
    }

    /**
     * What of it is in memory, in bytes: {@code VmRSS} of Linux.
     *
     * @throws TargetException when the system does not say
     */
    public long residentBytes() {
        Path status = Path.of("/proc", Long.toString(pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(each -> each.startsWith("VmRSS:"))
                            .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow(() -> new TargetException(status + " does not say VmRSS"))
                    * KIBI;
        } catch (IOException | UncheckedIOException e) {
            throw new TargetException("cannot read " + status + ": " + e.getMessage());
        }
    }

    /** Has it end soon, by force if it takes its time, and returns at once. Any thread may call. */
    public void stop() {
        hurried = true;
        askToEnd();
    }

    /** Once: a second signal would cut its end short. */
    private void askToEnd() {
        if (asked.compareAndSet(false, true)) {
            process.destroy();
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** CPU time of all its threads so far, user and system; taskset and the launcher become the server by exec. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        askToEnd();
        try {
            for (int waited = 0; !process.waitFor(1, TimeUnit.SECONDS); ) {
                waited++;
                if (waited >= (hurried ? HURRIED_EXIT_SECONDS : EXIT_SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
