package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.repository.config.OperatorLibraryNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the libraries of operators that come with a model. Nothing outside its directory is ever loaded: who may change a
 * configuration only, as a call to load a model may, must not choose among all the libraries of the machine. Nor does a link
 * lead out of it: where the directory is a link itself, what counts is where that leads.
 */
final class OperatorFiles {
    private OperatorFiles() {}

    /**
     * In the version's directory, or else in the model's.
     *
     * @throws VersionLoadException if one is not there
     */
    static List<Path> find(Path modelDirectory, long version, ModelConfig config) throws VersionLoadException {
        List<Path> files = new ArrayList<>();
        for (String name : OperatorLibraryNames.files(config)) {
            files.add(find(modelDirectory, version, name)
                    .orElseThrow(() -> new VersionLoadException(OperatorLibraryNames.key(name)
                            + " is no file in the version's directory, nor in the model's")));
        }
        return files;
    }

    /** Those that are there. */
    static List<Path> present(Path modelDirectory, long version, ModelConfig config) {
        return OperatorLibraryNames.files(config).stream()
                .flatMap(name -> find(modelDirectory, version, name).stream())
                .toList();
    }

    private static Optional<Path> find(Path modelDirectory, long version, String name) {
        Path model = modelDirectory.toAbsolutePath().normalize();
        try {
            for (Path directory : List.of(model.resolve(Long.toString(version)), model)) {
                Path file = directory.resolve(name).normalize();
                if (isWithin(model, file)) {
                    return Optional.of(file);
                }
            }
        } catch (InvalidPathException e) {
            // No file has such a name.
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Whether {@code file}, wherever links lead, is a regular file below {@code model}. */
    static boolean isWithin(Path model, Path file) {
        try {
            return file.startsWith(model)
                    && Files.isRegularFile(file)
                    && file.toRealPath().startsWith(model.toRealPath());
        } catch (IOException e) {
            // It has gone meanwhile.
            return false;
        }
    }
}
