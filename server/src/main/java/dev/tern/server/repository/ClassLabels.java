package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the classes of a model's outputs are called: the lines of the files that {@code label_filename} names, the first for
 * index 0. Kept as bytes, as answers carry them. Never changes.
 */
public final class ClassLabels {
    /** Of a model that names no file. */
    public static final ClassLabels NONE = new ClassLabels(Map.of());

    private static final byte[] UNNAMED = {};

    private final Map<String, List<byte[]>> byOutput;

    private ClassLabels(Map<String, List<byte[]>> byOutput) {
        this.byOutput = byOutput;
    }

    /**
     * Reads the files in {@code modelDirectory} that {@code config} names. Blocks on the file system.
     *
     * @throws VersionLoadException if one is not there, leads out of the directory or cannot be read
     */
    static ClassLabels read(Path modelDirectory, ModelConfig config) throws VersionLoadException {
        Map<String, List<byte[]>> byOutput = new HashMap<>();
        for (ModelOutput output : config.getOutputList()) {
            if (!output.getLabelFilename().isEmpty()) {
                byOutput.put(output.getName(), lines(content(modelDirectory, output)));
            }
        }
        return byOutput.isEmpty() ? NONE : new ClassLabels(byOutput);
    }

    private static byte[] content(Path modelDirectory, ModelOutput output) throws VersionLoadException {
        String what = "label_filename '" + output.getLabelFilename() + "' of output '" + output.getName() + "'";
        try {
            Path model = modelDirectory.toAbsolutePath().normalize();
            Path file = model.resolve(output.getLabelFilename()).normalize();
            if (!OperatorFiles.isWithin(model, file)) {
                throw new VersionLoadException(what + " is no file in the model's directory");
            }
            return Files.readAllBytes(file);
        } catch (InvalidPathException e) {
            throw new VersionLoadException(what + " is no name that a file can have", e);
        } catch (IOException e) {
            throw new VersionLoadException(what + " cannot be read", e);
        }
    }

    /** Without line ends, be they of one character or, as on Windows, of two. */
    private static List<byte[]> lines(byte[] content) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < content.length; at++) {
            if (content[at] == '\n') {
                lines.add(line(content, from, at));
                from = at + 1;
            }
        }
        if (from < content.length) {
            lines.add(line(content, from, content.length));
        }
        return List.copyOf(lines);
    }

    private static byte[] line(byte[] content, int from, int to) {
        int end = to > from && content[to - 1] == '\r' ? to - 1 : to;
        return Arrays.copyOfRange(content, from, end);
    }

    /** What the class {@code index} of {@code output} is called; empty if nothing says. Not to be changed. */
    public byte[] of(String output, int index) {
        List<byte[]> labels = byOutput.getOrDefault(output, List.of());
        return index < labels.size() ? labels.get(index) : UNNAMED;
    }
}
