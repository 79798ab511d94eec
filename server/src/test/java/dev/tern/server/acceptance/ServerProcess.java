package dev.tern.server.acceptance;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code tern serve} as a process of its own, on free ports, Netty's leak detector at paranoid. */
final class ServerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern PORTS = Pattern.compile("Live: gRPC (\\d+), HTTP (\\d+), metrics (\\d+)");

    /** A heap of one size, all of it touched: what the process grows by is not the collector's choice. */
    private static final List<String> STEADY =
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseParallelGC");

    /** For a server that lives for seconds. */
    private static final List<String> QUICK = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final List<String> ANY =
            List.of("--enable-native-access=ALL-UNNAMED", "-Dio.netty.leakDetection.level=paranoid");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private final MatchResult ports;
    private long signalledNanos;

    private ServerProcess(Process process, Path log) throws IOException, InterruptedException {
        this.process = process;
        this.log = log;
        this.ports = await("a line with the ports", this::findPorts);
    }

    /** The demo, ready, to be watched for long. */
    static ServerProcess start(Path directory) throws IOException, InterruptedException {
        ServerProcess server = launch(directory, STEADY, List.of("--demo"));
        try {
            server.until("a server that is ready", server::isReady);
            return server;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            server.close();
            throw e;
        }
    }

    /**
     * Live: its models may still be loading.
     *
     * @param directory for its log, state and temporary files
     */
    static ServerProcess launch(Path directory, List<String> arguments) throws IOException, InterruptedException {
        return launch(directory, QUICK, arguments);
    }

    private static ServerProcess launch(Path directory, List<String> jvm, List<String> arguments)
            throws IOException, InterruptedException {
        Path log = directory.resolve("server.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(ANY);
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary(directory)));
        command.addAll(List.of("-cp", classPath(), "dev.tern.server.boot.Main", "serve"));
        command.addAll(List.of("--host=127.0.0.1", "--state-dir=" + directory.resolve("state")));
        command.addAll(List.of("--grpc-port=0", "--http-port=0", "--metrics-port=0", "--admin-port=off"));
        command.add("--warm-up=none");
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            return new ServerProcess(process, log);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Where a server launched in {@code directory} has its temporary files. */
    static Path temporary(Path directory) {
        return directory.resolve("tmp");
    }

    /** The server's own class path: with the tests' on it, their logging would win. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes/"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private @Nullable MatchResult findPorts() throws IOException {
        Matcher matcher = PORTS.matcher(log());
        return matcher.find() ? matcher.toMatchResult() : null;
    }

    boolean isReady() throws IOException, InterruptedException {
        return get(ports.group(2), "/readyz").statusCode() == 200;
    }

    int grpcPort() {
        return Integer.parseInt(ports.group(1));
    }

    /** All that the server has written. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** The sum of the samples whose line begins with {@code name} and has every one of {@code labels} in it. */
    double metric(String name, String... labels) throws IOException, InterruptedException {
        List<String> lines = get(ports.group(3), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .toList();
        if (lines.isEmpty()) {
            throw new AssertionError("/metrics has no " + name + " with " + Arrays.toString(labels));
        }
        return lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Resident memory in bytes. */
    long residentBytes() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(each -> each.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }

    /** Has the server's JVM collect its garbage now. */
    void collectGarbage() throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (jcmd.waitFor() != 0) {
            throw new AssertionError("jcmd cannot reach the server");
        }
    }

    /** Lets {@code time} pass; fails if the server ends meanwhile. */
    void live(Duration time) throws IOException, InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the server has ended with " + process.exitValue() + ":\n" + log());
        }
    }

    /** Waits until {@code condition} holds; fails when patience ends. */
    void until(String what, Condition condition) throws IOException, InterruptedException {
        await(what, () -> condition.holds() ? Boolean.TRUE : null);
    }

    private <T> T await(String what, Attempt<T> attempt) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            T value = attempt.value();
            if (value != null) {
                return value;
            }
            live(Duration.ofMillis(20));
        }
        throw new AssertionError("no " + what + " within " + PATIENCE.toSeconds() + " s:\n" + log());
    }

    private HttpResponse<String> get(String port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Ends the server with SIGTERM and waits for it. */
    void terminate() throws IOException, InterruptedException {
        signal("TERM");
        awaitEnd();
    }

    /** Sends SIGTERM, SIGINT, ... by its name without the SIG; does not wait. */
    void signal(String name) throws IOException, InterruptedException {
        if (signalledNanos == 0) {
            signalledNanos = System.nanoTime();
        }
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("SIG" + name + " cannot be sent:\n" + log());
        }
    }

    /** Waits for the end of a server that was sent a signal; returns how long after the first signal it came. */
    Duration awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "the server is still there " + PATIENCE.toSeconds() + " s after the last signal:\n" + log());
        }
        return Duration.ofNanos(System.nanoTime() - signalledNanos);
    }

    /** Of a server that has ended. */
    int exitStatus() {
        return process.exitValue();
    }

    /** The processes that the server has started and that are still there. */
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Something that comes true. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private interface Attempt<T> {
        @Nullable
        T value() throws IOException, InterruptedException;
    }
}
