package dev.tern.bench.process;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a JVM was started: another program can be started with the same Java, the same flags and the same libraries.
 *
 * @param java the program and its flags, without those for archives of classes
 * @param classPath its class path
 */
public record JvmLine(List<String> java, String classPath) {
    private static final List<String> ARCHIVES = List.of("-XX:SharedArchiveFile=", "-XX:AOTCache=");
    /** An archive is good for one class path only. */
    private static final List<String> OF_ARCHIVES =
            List.of("-XX:SharedArchiveFile", "-XX:AOTCache", "-Xlog:", "-Dtern.");

    public JvmLine {
        java = List.copyOf(java);
    }

    /**
     * That of a process, as Linux tells it.
     *
     * @throws IOException when it is gone
     * @throws IllegalArgumentException when it was not started with {@code -cp}
     */
    public static JvmLine of(long pid) throws IOException {
        return of(words(pid));
    }

    /**
     * The archive of classes that a process was started with, as Linux tells it; empty where there is none.
     *
     * @throws IOException when it is gone
     */
    public static Optional<Path> archive(long pid) throws IOException {
        return archive(words(pid));
    }

    static Optional<Path> archive(List<String> words) {
        return words.stream()
                .filter(word -> ARCHIVES.stream().anyMatch(word::startsWith))
                .map(word -> Path.of(word.substring(word.indexOf('=') + 1)))
                .findFirst();
    }

    private static List<String> words(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
        return List.of(line.split("\0", -1));
    }

    static JvmLine of(List<String> words) {
        int classPath = words.indexOf("-cp");
        if (classPath < 0 || classPath + 1 == words.size()) {
            throw new IllegalArgumentException("not started with java -cp: " + words);
        }
        List<String> java = new ArrayList<>(words.subList(0, classPath));
        java.removeIf(word -> OF_ARCHIVES.stream().anyMatch(word::startsWith));
        return new JvmLine(java, words.get(classPath + 1));
    }

    /** The command that starts a program of this tool's under the same flags and beside the same libraries. */
    List<String> command(Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-cp", home(program) + ":" + classPath, program.getName()));
        command.addAll(arguments);
        return command;
    }

    /** For people: the flags. */
    public String flags() {
        return String.join(" ", java.subList(1, java.size()));
    }

    private static Path home(Class<?> program) {
        try {
            return Path.of(
                    program.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("this program has no place in the file system", e);
        }
    }
}
