package dev.tern.server.sharedmemory;

import dev.tern.server.predict.Failure.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/** Opens files by the keys of POSIX shared memory: regular files directly in one directory, never through a link. */
final class SharedDirectory {
    private static final Set<OpenOption> OPTIONS =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final Path directory;

    SharedDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * The file of {@code key}, to be read and written; the caller closes it. Waits for whoever holds a lease on the file, so
     * no thread may open it that others wait for.
     */
    FileChannel open(String key) throws RegionException {
        Path file = file(key);
        try {
            // Before it is opened: to open a device may do something. What takes its place in between is no link, and
            // is
            // refused if it has no size or no places.
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                throw cannotOpen(key);
            }
            return FileChannel.open(file, OPTIONS);
        } catch (IOException e) {
            throw cannotOpen(key);
        }
    }

    private Path file(String key) throws RegionException {
        String name = key.startsWith("/") ? key.substring(1) : key;
        boolean plain = !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0;
        if (plain) {
            try {
                return directory.resolve(name);
            } catch (InvalidPathException e) {
                // Said below: to the file system it is no name.
            }
        }
        throw new RegionException(
                Kind.INVALID_ARGUMENT,
                "shared memory key '" + key + "' is not allowed; it must be the name of a file in the shared memory"
                        + " directory, with or without a '/' before it and with no other '/'");
    }

    private static RegionException cannotOpen(String key) {
        return new RegionException(Kind.INTERNAL, "Unable to open shared memory region: '" + key + "'");
    }
}
