package dev.tern.server.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes model directories. */
final class TestModels {
    private TestModels() {}

    /** A model with an (empty) model.onnx in each version. */
    static Path model(Path repository, String name, String... versions) {
        for (String version : versions) {
            file(repository.resolve(name).resolve(version).resolve("model.onnx"), "");
        }
        return directory(repository.resolve(name));
    }

    static void config(Path repository, String name, String text) {
        file(repository.resolve(name).resolve("config.pbtxt"), text);
    }

    static Path directory(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void file(Path path, String text) {
        directory(path.resolveSibling("."));
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
