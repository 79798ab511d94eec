package dev.tern.server.engine.onnx;

import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a model in a Java process of its own, and tells how that went. Any thread may use it. */
final class TrialChild {
    /** What {@link TrialLoadMain} exits with when ONNX Runtime refuses a model; it has written why. */
    static final int REFUSED = 3;

    private static final Logger log = LoggerFactory.getLogger(TrialChild.class);
    private static final int SIGNAL = 128;
    private static final long MIN_HEAP_MEGABYTES = 256;
    private static final List<String> PARENT_OPTIONS =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** How the Java virtual machine names the signal that ended it; it then exits by another one. */
    private static final Pattern CRASH = Pattern.compile("(?m)^#\\s+(SIG[A-Z]+) ");

    private final String mainClass;
    private final Supplier<Duration> timeouts;
    private final Path temporary;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** @param temporary where each trial has a directory of its own while it lasts */
    TrialChild(String mainClass, Supplier<Duration> timeouts, Path temporary) {
        this.mainClass = mainClass;
        this.timeouts = timeouts;
        this.temporary = temporary;
    }

    /** Returns if the model opened; else the exception says why not. */
    void open(OnnxModel model, SessionSettings settings) throws EngineException {
        try {
            Path directory = Files.createTempDirectory(temporary, "tern-trial-");
            try {
                run(directory, model, settings);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new EngineException(
                    "could not be tried in a process of its own, so it was not loaded: " + e.getMessage(), e);
        }
    }

    private void run(Path directory, OnnxModel model, SessionSettings settings) throws IOException, EngineException {
        Duration timeout = timeouts.get();
        Process process = start(directory, model, settings);
        running.add(process);
        try {
            boolean ended = !stopped && process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (stopped) {
                throw new EngineException("not loaded, the server is stopping");
            }
            if (!ended) {
                throw new EngineException("took longer than " + timeout.toSeconds()
                        + " s to load in a process of its own; not loaded into the server");
            }
            judge(directory, process.exitValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("loading was interrupted", e);
        } finally {
            running.remove(process);
            // Its files can be deleted when it has gone.
            process.destroyForcibly().onExit().join();
        }
    }

    /** Ends every trial under way and any that comes; those fail. Any thread, does not wait. */
    void stop() {
        stopped = true;
        running.forEach(Process::destroyForcibly);
    }

    private static void judge(Path directory, int exit) throws IOException, EngineException {
        if (exit == 0) {
            return;
        }
        if (exit == REFUSED) {
            throw new EngineException(Files.readString(reason(directory)));
        }
        String output = Files.readString(output(directory), StandardCharsets.ISO_8859_1);
        Matcher crash = CRASH.matcher(output);
        if (crash.find()) {
            throw crashed(crash.group(1));
        }
        if (exit > SIGNAL) {
            throw crashed("signal " + (exit - SIGNAL));
        }
        throw new EngineException("could not be tried in a process of its own, so it was not loaded: that ended with"
                + " exit status " + exit + " and said '" + output.strip() + "'");
    }

    private static EngineException crashed(String signal) {
        return new EngineException(
                "crashes ONNX Runtime while being loaded (" + signal + "); not loaded into the server");
    }

    private Process start(Path directory, OnnxModel model, SessionSettings settings) throws IOException {
        Path settingsFile = Files.writeString(directory.resolve("settings"), settings.toText());
        List<String> arguments = new ArrayList<>(List.of(
                // Nothing here lives long enough for the better compiler or a parallel collector to pay.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx" + heapMegabytes(model) + "m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + directory.resolve("crash"),
                // ONNX Runtime unpacks its library there, and a crash would leave it behind.
                "-Djava.io.tmpdir=" + directory,
                "--enable-native-access=ALL-UNNAMED"));
        arguments.addAll(runtimeProperties());
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        arguments.addAll(List.of(
                Long.toString(ProcessHandle.current().pid()),
                model.file().toAbsolutePath().toString(),
                settingsFile.toString(),
                reason(directory).toString(),
                Integer.toString(model.operatorLibraries().size())));
        model.operatorLibraries()
                .forEach(library -> arguments.add(library.toAbsolutePath().toString()));
        arguments.addAll(model.defaults().keySet());
        // A file, because a class path may be longer than a command line.
        Path argumentFile = Files.writeString(
                directory.resolve("arguments"),
                arguments.stream().map(TrialChild::quote).collect(Collectors.joining("\n")));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(java.toString(), "@" + argumentFile)
                .redirectErrorStream(true)
                .redirectOutput(output(directory).toFile());
        builder.environment().keySet().removeAll(PARENT_OPTIONS);
        return builder.start();
    }

    private static long heapMegabytes(OnnxModel model) throws IOException {
        // A model that is rewritten is in memory whole, more than once.
        return model.isRewritten() ? MIN_HEAP_MEGABYTES + 5 * (Files.size(model.file()) >> 20) : MIN_HEAP_MEGABYTES;
    }

    /** Where the parent was told to find ONNX Runtime's library, if it was. */
    private static List<String> runtimeProperties() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("onnxruntime."))
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
    }

    private static String quote(String argument) {
        return "\"" + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Path reason(Path directory) {
        return directory.resolve("reason");
    }

    private static Path output(Path directory) {
        return directory.resolve("output");
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            log.warn("trial load: '{}' cannot be deleted", directory, e);
        }
    }
}
