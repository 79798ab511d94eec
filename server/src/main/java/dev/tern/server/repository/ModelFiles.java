package dev.tern.server.repository;

import dev.tern.server.repository.config.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds a version's files. */
final class ModelFiles {
    private static final String FILE_IN_DIRECTORY = "model.onnx";

    private ModelFiles() {}

    /**
     * {@code <version>/<default_model_filename>}, or {@code model.onnx} inside it where that is a directory, as models
     * with external data have it.
     *
     * @throws VersionLoadException if there is no such file, or a library of operators that the configuration names is not
     *     there
     */
    static VersionSource find(ModelPlan plan, long version) throws VersionLoadException {
        Path directory = plan.directory().resolve(Long.toString(version));
        if (!Platform.of(plan.config()).hasModelFile()) {
            return new VersionSource(plan.name(), version, plan.directory(), directory, List.of(), plan.config());
        }
        Path file = directory.resolve(plan.config().getDefaultModelFilename());
        if (Files.isDirectory(file)) {
            file = file.resolve(FILE_IN_DIRECTORY);
        }
        if (!Files.isRegularFile(file)) {
            throw new VersionLoadException(
                    "unable to find '" + plan.directory().relativize(file) + "' for model '" + plan.name() + "'");
        }
        return new VersionSource(
                plan.name(),
                version,
                plan.directory(),
                file,
                OperatorFiles.find(plan.directory(), version, plan.config()),
                plan.config());
    }
}
