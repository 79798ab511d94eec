package dev.tern.server.engine.onnx;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a session is made. Equal settings have equal text and digest, in every process.
 *
 * <p>Denormals are not flushed to zero by default: ONNX Runtime would change the arithmetic of the Java thread that
 * opens the first session, for good, and not that of the threads that run it.
 *
 * @param intraOpThreads threads that share the work of one operator; 1 for none beside the caller, 0 for one per core
 * @param interOpThreads threads that run different operators at once, where {@code parallelExecution}; 0 as above
 * @param graphOptimizationLevel Triton's numbers: 0 all, -1 basic, 1 extended, 2 none
 * @param memoryArena whether freed memory is kept for later runs
 * @param memoryPattern whether allocations are planned ahead by what the first run of a shape needed
 * @param configEntries ONNX Runtime's session configuration by its own keys, unchecked there; spinning is off in it
 *     unless it says otherwise
 */
public record SessionSettings(
        int intraOpThreads,
        int interOpThreads,
        boolean parallelExecution,
        int graphOptimizationLevel,
        boolean memoryArena,
        boolean memoryPattern,
        Map<String, String> configEntries) {
    /** Threads that wait by spinning burn a core on an idle server. */
    private static final Map<String, String> DEFAULT_ENTRIES =
            Map.of("session.intra_op.allow_spinning", "0", "session.inter_op.allow_spinning", "0");

    private static final String ENTRY = "config.";

    public SessionSettings {
        requireRange("intraOpThreads", intraOpThreads, 0, Integer.MAX_VALUE);
        requireRange("interOpThreads", interOpThreads, 0, Integer.MAX_VALUE);
        requireRange("graphOptimizationLevel", graphOptimizationLevel, -1, 2);
        Map<String, String> entries = new TreeMap<>(DEFAULT_ENTRIES);
        entries.putAll(configEntries);
        configEntries = Map.copyOf(entries);
    }

    /** One thread, the caller's, and every optimisation: what small models on a CPU want. */
    public static SessionSettings defaults() {
        return new SessionSettings(1, 1, false, 0, true, true, Map.of());
    }

    /** Whether a session's runs use no thread but the caller's. */
    public boolean runsOnCaller() {
        return intraOpThreads == 1 && !parallelExecution;
    }

    /** As these, with {@code cores} threads where they leave the number of an operator's threads to ONNX Runtime. */
    public SessionSettings threadsFor(int cores) {
        return new SessionSettings(
                intraOpThreads == 0 ? cores : intraOpThreads,
                interOpThreads,
                parallelExecution,
                graphOptimizationLevel,
                memoryArena,
                memoryPattern,
                configEntries);
    }

    /** One setting a line, in the form of a Java properties file. */
    public String toText() {
        SortedMap<String, String> lines = new TreeMap<>();
        lines.put("intraOpThreads", Integer.toString(intraOpThreads));
        lines.put("interOpThreads", Integer.toString(interOpThreads));
        lines.put("parallelExecution", Boolean.toString(parallelExecution));
        lines.put("graphOptimizationLevel", Integer.toString(graphOptimizationLevel));
        lines.put("memoryArena", Boolean.toString(memoryArena));
        lines.put("memoryPattern", Boolean.toString(memoryPattern));
        configEntries.forEach((key, value) -> lines.put(ENTRY + key, value));
        return lines.entrySet().stream()
                .map(line -> escape(line.getKey()) + "=" + escape(line.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    /** The settings that {@link #toText} wrote. */
    public static SessionSettings parse(String text) {
        Properties lines = new Properties();
        try {
            lines.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail to be read", e);
        }
        Map<String, String> entries = new TreeMap<>();
        for (String key : lines.stringPropertyNames()) {
            if (key.startsWith(ENTRY)) {
                entries.put(key.substring(ENTRY.length()), lines.getProperty(key));
            }
        }
        return new SessionSettings(
                Integer.parseInt(lines.getProperty("intraOpThreads")),
                Integer.parseInt(lines.getProperty("interOpThreads")),
                Boolean.parseBoolean(lines.getProperty("parallelExecution")),
                Integer.parseInt(lines.getProperty("graphOptimizationLevel")),
                Boolean.parseBoolean(lines.getProperty("memoryArena")),
                Boolean.parseBoolean(lines.getProperty("memoryPattern")),
                entries);
    }

    /** SHA-256 of the text in 64 hexadecimal digits. */
    public String digest() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(toText().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t")
                .replace("\f", "\\f")
                .replaceAll("([ =:#!])", "\\\\$1");
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed are " + min + " to " + max);
        }
    }
}
