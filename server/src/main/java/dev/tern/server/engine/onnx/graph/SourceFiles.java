package dev.tern.server.engine.onnx.graph;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A model's files as they were when they were read. ONNX Runtime reads them again, and may be given others by then:
 * what is said of the model, its digest above all, would not be of the model that runs. Immutable.
 */
public final class SourceFiles {
    private final Path model;
    private final SortedMap<String, Path> sideFiles;
    private final Set<String> optionalInputs;
    private final Map<Path, FileStamp> stamps;
    private final String digest;

    private SourceFiles(
            Path model,
            SortedMap<String, Path> sideFiles,
            Set<String> optionalInputs,
            Map<Path, FileStamp> stamps,
            String digest) {
        this.model = model;
        this.sideFiles = sideFiles;
        this.optionalInputs = optionalInputs;
        this.stamps = stamps;
        this.digest = digest;
    }

    /**
     * Digests a model's files.
     *
     * @param found the stamp of {@code model} before anything was read of it
     * @param sideFiles by the name they have in the model
     * @throws ModelRefusedException if one cannot be read, or if {@code model} has changed since
     */
    static SourceFiles of(Path model, FileStamp found, SortedMap<String, Path> sideFiles, Set<String> optionalInputs)
            throws ModelRefusedException {
        Map<Path, FileStamp> stamps = new LinkedHashMap<>();
        stamps.put(model, found);
        sideFiles.values().forEach(file -> stamps.put(file, FileStamp.of(file)));
        String digest = ContentDigest.of(model, sideFiles, optionalInputs);
        // Not before the digest: it would be one of another file than was described.
        if (!found.equals(FileStamp.of(model))) {
            throw changed(quoted(model));
        }
        return new SourceFiles(model, sideFiles, Set.copyOf(optionalInputs), stamps, digest);
    }

    /** SHA-256 in 64 hexadecimal digits over the files, and the choice of optional inputs. */
    String digest() {
        return digest;
    }

    /**
     * Sees that the files still are what was digested: for whoever has had them read once more. Reads them only where
     * their size, time or identity is another.
     *
     * @throws ModelRefusedException if they are not, or cannot be read any more
     */
    public void requireUnchanged() throws ModelRefusedException {
        String suspects = stamps.entrySet().stream()
                .filter(each -> !each.getValue().equals(FileStamp.of(each.getKey())))
                .map(each -> quoted(each.getKey()))
                .collect(Collectors.joining(", "));
        if (!suspects.isEmpty()
                && !ContentDigest.of(model, sideFiles, optionalInputs).equals(digest)) {
            throw changed(suspects);
        }
    }

    private static String quoted(Path file) {
        return "'" + file.getFileName() + "'";
    }

    private static ModelRefusedException changed(String suspects) {
        return new ModelRefusedException(suspects
                + " changed while the model was loaded (expected: files that stay as they are until it is ready);"
                + " load it again");
    }
}
