package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * What a version is made from.
 *
 * @param modelDirectory the directory named after the model
 * @param modelFile an existing file below it; the version's directory where its platform has no file
 * @param operatorLibraries existing files below it
 * @param config checked and normalised, not yet completed from the model
 */
public record VersionSource(
        String model,
        long version,
        Path modelDirectory,
        Path modelFile,
        List<Path> operatorLibraries,
        ModelConfig config) {
    public VersionSource {
        operatorLibraries = List.copyOf(operatorLibraries);
    }
}
