package dev.tern.bench.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** An unpacked server: {@code bin/tern} and what lies beside {@code bin}. */
public final class Distribution {
    private static final String BIN = "bin";
    /** Where the launcher looks for archives of classes. */
    private static final String ARCHIVE = "archive";

    private Distribution() {}

    /**
     * The same distribution without its archives of classes: its launcher copied into a folder, the rest linked to. What
     * the JVM itself brings, such as its default archive, stays in use.
     *
     * @param launcher of the distribution
     * @param folder an empty one
     * @return the launcher to start
     */
    public static Path withoutArchive(Path launcher, Path folder) throws IOException {
        Path bin = launcher.toRealPath().resolveSibling("");
        Path copy = Files.createDirectories(folder.resolve(BIN)).resolve("tern");
        Files.copy(launcher.toRealPath(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        try (DirectoryStream<Path> parts =
                Files.newDirectoryStream(bin.resolve("..").normalize())) {
            for (Path each : parts) {
                String name = String.valueOf(each.getFileName());
                if (!name.equals(BIN) && !name.equals(ARCHIVE)) {
                    Files.createSymbolicLink(folder.resolve(name), each);
                }
            }
        }
        return copy;
    }
}
