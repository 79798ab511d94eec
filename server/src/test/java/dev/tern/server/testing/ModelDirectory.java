package dev.tern.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lays out one model of a model repository. */
public final class ModelDirectory {
    private final Path directory;

    private ModelDirectory(Path directory) {
        this.directory = directory;
    }

    /** The model {@code name} in {@code repository}. */
    public static ModelDirectory of(Path repository, String name) {
        return new ModelDirectory(repository.resolve(name));
    }

    /** Adds {@code version} with this ONNX file. */
    public ModelDirectory version(long version, byte[] onnx) {
        return file(version + "/model.onnx", onnx);
    }

    /** Writes {@code config.pbtxt}. */
    public ModelDirectory config(String text) {
        return file("config.pbtxt", text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes any file of the model's directory. */
    public ModelDirectory file(String name, byte[] content) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
