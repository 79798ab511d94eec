package dev.tern.server.engine.onnx.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What a file system says of a file without reading it: with one stamp, it most likely has the same bytes.
 *
 * @param identity the same for as long as it is the same file, whatever its name; null where there is no such thing
 */
record FileStamp(long size, FileTime modified, @Nullable Object identity) {
    private static final FileStamp UNREADABLE = new FileStamp(-1, FileTime.fromMillis(0), null);

    /** The stamp of {@code file}; one that no readable file has if it cannot be read. */
    static FileStamp of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (IOException e) {
            return UNREADABLE;
        }
    }
}
