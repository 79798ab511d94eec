package dev.tern.server.repository;

import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.repository.config.ModelConfigFile;
import dev.tern.server.repository.config.VersionLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks through the repositories: every directory in them is a model. Blocks on the file system. */
final class RepositoryScanner {
    private static final Logger log = LoggerFactory.getLogger(RepositoryScanner.class);

    private final RepositoryOptions options;

    RepositoryScanner(RepositoryOptions options) {
        this.options = options;
    }

    /**
     * What to load, by name.
     *
     * @throws IOException if a repository cannot be read at all
     */
    List<ModelPlan> scan() throws IOException {
        Map<String, List<Path>> found = new TreeMap<>();
        for (Path repository : repositories()) {
            try (Stream<Path> files = Files.list(repository)) {
                for (Path each : files.filter(Files::isDirectory).toList()) {
                    String name = String.valueOf(each.getFileName());
                    if (name.startsWith(".")) {
                        log.info("Directory '{}' is hidden and not taken for a model", name);
                    } else {
                        found.computeIfAbsent(name, key -> new ArrayList<>()).add(repository);
                    }
                }
            }
        }
        return found.entrySet().stream()
                .map(each -> plan(each.getKey(), each.getValue()))
                .toList();
    }

    /** As configured, but each directory once. */
    private List<Path> repositories() throws IOException {
        Set<Path> seen = new LinkedHashSet<>();
        List<Path> repositories = new ArrayList<>();
        for (Path each : options.paths()) {
            if (!Files.isDirectory(each)) {
                throw new NotDirectoryException("model repository '" + each + "' is not a directory");
            }
            if (seen.add(each.toRealPath())) {
                repositories.add(each);
            }
        }
        return repositories;
    }

    private ModelPlan plan(String name, List<Path> repositories) {
        Path repository = repositories.get(0);
        Path directory = repository.resolve(name);
        if (repositories.size() > 1) {
            log.error("Model '{}' is unavailable: duplicate, found in {}", name, repositories);
            return ModelPlan.unavailable(
                    name, repository, directory, "duplicate: several model repositories have a model of this name");
        }
        try {
            return plan(name, repository, directory);
        } catch (ConfigException e) {
            log.error("Model '{}' is unavailable: {}", name, e.getMessage());
            return ModelPlan.unavailable(name, repository, directory, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            log.error("Model '{}' is unavailable: its directory cannot be read", name, e);
            return ModelPlan.unavailable(name, repository, directory, "the model's directory cannot be read");
        }
    }

    private ModelPlan plan(String name, Path repository, Path directory) throws ConfigException, IOException {
        ModelConfigFile file = ModelConfigFile.read(directory, name, options.configName());
        List<Long> versions = VersionDirectories.select(
                VersionDirectories.list(directory, name), file.config().getVersionPolicy(), name);
        if (versions.isEmpty()) {
            throw new ConfigException(
                    "at least one version must be available under the version policy of model '" + name + "'");
        }
        List<String> warnings = new ArrayList<>(file.warnings());
        warnings.addAll(VersionLabels.warnings(file.config(), versions));
        warnings.forEach(warning -> log.warn("Model '{}': {}", name, warning));
        return new ModelPlan(name, repository, directory, "", file.config(), versions, warnings);
    }
}
