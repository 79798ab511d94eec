package dev.tern.server.boot.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The archive of classes that the JVM was told to use. One that does not fit (of another place, other jars, another JVM or
 * other options) it leaves aside and says nothing; what it uses, it has mapped.
 */
public final class ClassArchive {
    private static final List<String> OPTIONS = List.of("-XX:SharedArchiveFile=", "-XX:AOTCache=");

    private static final Set<String> SWITCHED_OFF = Set.of("-Xshare:off", "-XX:AOTMode=off");

    /** What Linux says of a file that another has taken the place of since. */
    private static final String REPLACED = " (deleted)";

    /** Of Linux. */
    private static final Path MAPS = Path.of("/proc/self/maps");

    private ClassArchive() {}

    /** The archive that this JVM was told to use and does not; empty where that is not so or cannot be seen. */
    public static Optional<Path> unused() {
        return unused(ManagementFactory.getRuntimeMXBean().getInputArguments(), MAPS);
    }

    /** @param maps what a process has mapped: a line each, the path last */
    static Optional<Path> unused(List<String> jvmArguments, Path maps) {
        if (jvmArguments.stream().anyMatch(SWITCHED_OFF::contains)) {
            return Optional.empty();
        }
        Optional<Path> told = told(jvmArguments);
        try {
            return told.isPresent() && !isMapped(told.get().toRealPath(), maps) ? told : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The last one counts. */
    private static Optional<Path> told(List<String> jvmArguments) {
        return jvmArguments.stream()
                .flatMap(argument -> OPTIONS.stream()
                        .filter(argument::startsWith)
                        .map(option -> Path.of(argument.substring(option.length()))))
                .reduce((before, after) -> after);
    }

    private static boolean isMapped(Path file, Path maps) throws IOException {
        return Files.readAllLines(maps).stream()
                .anyMatch(line -> line.endsWith(" " + file) || line.endsWith(" " + file + REPLACED));
    }
}
