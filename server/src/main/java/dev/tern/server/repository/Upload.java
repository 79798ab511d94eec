package dev.tern.server.repository;

import com.google.protobuf.ByteString;
import dev.tern.server.repository.config.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model's files that came with the call to load it, in a directory of their own for as long as something is loaded from
 * them. Counted by its users; who made it has one reference.
 */
final class Upload {
    private static final Logger log = LoggerFactory.getLogger(Upload.class);

    private static final Pattern VERSION = Pattern.compile("0|[1-9][0-9]{0,18}");

    private final Path parent;
    private final Path directory;
    private final AtomicInteger references = new AtomicInteger(1);

    private Upload(Path parent, Path directory) {
        this.parent = parent;
        this.directory = directory;
    }

    /**
     * Writes the files; blocks.
     *
     * @throws ConfigException if a path leads elsewhere than into a version's directory; nothing is written then
     */
    static Upload write(String model, Map<String, ByteString> files) throws IOException, ConfigException {
        // Before there is anything to be deleted: it may be no name that this system can have.
        Path name = Path.of(model);
        for (String path : files.keySet()) {
            if (!isBelow(name, path)) {
                throw new ConfigException("load parameter 'file:" + path
                        + "' is not allowed (expected: file:<version>/<file name>, such as file:1/model.onnx)");
            }
        }
        Path parent = Files.createTempDirectory("tern-upload-");
        Upload upload = new Upload(parent, parent.resolve(name));
        try {
            for (Map.Entry<String, ByteString> each : files.entrySet()) {
                upload.write(each.getKey(), each.getValue());
            }
        } catch (IOException | RuntimeException e) {
            upload.release();
            throw e;
        }
        return upload;
    }

    private static boolean isBelow(Path directory, String path) {
        String[] parts = path.split("/", -1);
        return parts.length > 1
                && VERSION.matcher(parts[0]).matches()
                && Stream.of(parts).allMatch(Upload::isName)
                && directory.resolve(path).normalize().startsWith(directory);
    }

    private static boolean isName(String part) {
        return !part.isEmpty()
                && !part.equals(".")
                && !part.equals("..")
                && part.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c));
    }

    private void write(String path, ByteString content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        try (OutputStream out = Files.newOutputStream(file)) {
            content.writeTo(out);
        }
    }

    /** Stands for the repository. */
    Path parent() {
        return parent;
    }

    /** The model's. */
    Path directory() {
        return directory;
    }

    void retain() {
        references.incrementAndGet();
    }

    /** Deletes the files if nobody else uses them; then it blocks. */
    void release() {
        if (references.decrementAndGet() == 0) {
            try (Stream<Path> files = Files.walk(parent)) {
                List<Path> inner = files.sorted(Comparator.reverseOrder()).toList();
                for (Path each : inner) {
                    Files.delete(each);
                }
            } catch (IOException | RuntimeException e) {
                log.warn("The files of an unloaded model are left in {}", parent, e);
            }
        }
    }
}
