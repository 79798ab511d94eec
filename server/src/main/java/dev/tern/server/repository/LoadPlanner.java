package dev.tern.server.repository;

import dev.tern.server.predict.Failure;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.repository.config.ModelConfigFile;
import dev.tern.server.repository.config.OperatorLibraryNames;
import dev.tern.server.repository.content.FileDigests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works out what a call to load a model asks for. Blocks on the file system; any thread. */
final class LoadPlanner {
    private static final Logger log = LoggerFactory.getLogger(LoadPlanner.class);

    private final RepositoryScanner scanner;

    LoadPlanner(RepositoryScanner scanner) {
        this.scanner = scanner;
    }

    /**
     * What there is to do.
     *
     * @param plan null if the call is refused
     * @param upload the files that came with the call, with a reference for who gets this; null if none did
     * @param refusal empty unless the call is refused
     */
    record Planned(@Nullable ModelPlan plan, @Nullable Upload upload, Optional<Failure> refusal) {
        static Planned refused(Failure failure) {
            return new Planned(null, null, Optional.of(failure));
        }
    }

    Planned plan(LoadRequest request) {
        if (!isModelName(request.model())) {
            return Planned.refused(Failure.invalid("invalid model name '" + request.model()
                    + "' (expected: the name of a directory in a model repository)"));
        }
        Optional<ModelConfigFile> config;
        try {
            config = override(request);
        } catch (ConfigException e) {
            return Planned.refused(Refusals.badOverride(String.valueOf(e.getMessage())));
        }
        try {
            return config.isPresent() && !request.files().isEmpty()
                    ? uploaded(request, config.get())
                    : stored(request.model(), config);
        } catch (ConfigException e) {
            return Planned.refused(Refusals.loadFailed(request.model(), String.valueOf(e.getMessage())));
        } catch (IOException | RuntimeException e) {
            log.error("Model '{}': what is to be loaded cannot be read or stored", request.model(), e);
            return Planned.refused(
                    Refusals.loadFailed(request.model(), "its files cannot be read or stored, see the server's log"));
        }
    }

    /** A directory below a repository: nothing else is ever looked at. */
    private static boolean isModelName(String name) {
        return !name.isEmpty()
                && !name.startsWith(".")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }

    private static Optional<ModelConfigFile> override(LoadRequest request) throws ConfigException {
        if (request.config().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ModelConfigFile.ofJson(request.config().get(), request.model()));
    }

    private Planned stored(String model, Optional<ModelConfigFile> config) throws IOException, ConfigException {
        List<Path> repositories = scanner.list().getOrDefault(model, List.of());
        if (repositories.isEmpty()) {
            return Planned.refused(Refusals.notFound(model));
        }
        ModelPlan plan = config.isEmpty() || repositories.size() > 1
                ? scanner.plan(model, repositories, FileDigests.READING)
                : scanner.plan(
                        model,
                        repositories.get(0),
                        repositories.get(0).resolve(model),
                        config.get(),
                        FileDigests.READING);
        return new Planned(plan, null, Optional.empty());
    }

    /** Whoever may load a model may not, by that, run any code in this process. */
    private static void requireNoLibraries(ModelConfigFile config) throws ConfigException {
        List<String> libraries = OperatorLibraryNames.files(config.config());
        if (!libraries.isEmpty()) {
            throw new ConfigException(OperatorLibraryNames.key(libraries.get(0))
                    + " is not possible for a model that comes with the call: a library is loaded from a model"
                    + " repository only");
        }
    }

    private Planned uploaded(LoadRequest request, ModelConfigFile config) throws IOException, ConfigException {
        requireNoLibraries(config);
        Upload upload = Upload.write(request.model(), request.files());
        try {
            ModelPlan plan =
                    scanner.plan(request.model(), upload.parent(), upload.directory(), config, FileDigests.READING);
            return new Planned(plan, upload, Optional.empty());
        } catch (Throwable e) {
            upload.release();
            throw e;
        }
    }
}
