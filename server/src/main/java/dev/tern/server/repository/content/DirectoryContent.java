package dev.tern.server.repository.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * All files below a directory, at one moment; hidden ones left out.
 *
 * @param bytes sizes of the files, added up
 * @param digest the same for the same files under the same names
 */
public record DirectoryContent(long bytes, String digest) {
    /** Looks through {@code directory}, links followed. Blocks on the file system. */
    public static DirectoryContent of(Path directory, FileDigests digests) throws IOException {
        long bytes = 0;
        Sha256 digest = new Sha256();
        for (Path file : files(directory)) {
            long size = Files.size(file);
            bytes += size;
            digest.text(directory.relativize(file).toString())
                    .text(Long.toString(size))
                    .text(digests.of(file));
        }
        return new DirectoryContent(bytes, digest.hex());
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return walk.filter(each -> !isHidden(directory.relativize(each)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isHidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }
}
