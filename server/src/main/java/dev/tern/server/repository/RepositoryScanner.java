package dev.tern.server.repository;

import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.repository.config.ModelConfigFile;
import dev.tern.server.repository.config.TrafficConfig;
import dev.tern.server.repository.config.VersionLabels;
import dev.tern.server.repository.content.FileDigests;
import dev.tern.server.repository.content.KnownFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks through the repositories: every directory in them is a model. Blocks on the file system. Thread-safe. */
final class RepositoryScanner {
    private static final Logger log = LoggerFactory.getLogger(RepositoryScanner.class);

    /** A file of this name in a model's directory, or a version's, holds the model back from polling. */
    private static final String INCOMPLETE = ".incomplete";

    /** Why a model is not loaded that is in more than one repository. */
    static final String DUPLICATE = "duplicate: several model repositories have a model of this name";

    private final RepositoryOptions options;
    /** Oddities that the log has: whoever looks again and again says each once. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    RepositoryScanner(RepositoryOptions options) {
        this.options = options;
    }

    /**
     * What to load at start, by name; what polling leaves alone is left to it.
     *
     * @throws IOException if a repository cannot be read at all
     */
    List<ModelPlan> scan() throws IOException {
        Map<String, List<Path>> found = list();
        FileDigests digests = digests();
        Map<String, ModelPlan> plans = new TreeMap<>();
        Deque<String> names = new ArrayDeque<>(options.control().atStart(found.keySet()));
        while (!names.isEmpty()) {
            String name = names.remove();
            if (!plans.containsKey(name) && !waits(name, found.getOrDefault(name, List.of()))) {
                ModelPlan plan = plan(name, found.getOrDefault(name, List.of()), digests);
                plans.put(name, plan);
                // The models of an ensemble's steps, which nobody has to name.
                Ensembles.steps(plan).stream().filter(found::containsKey).forEach(names::add);
            }
        }
        return List.copyOf(plans.values());
    }

    /**
     * The repositories that have a model, by its name.
     *
     * @throws IOException if a repository cannot be read at all
     */
    SortedMap<String, List<Path>> list() throws IOException {
        SortedMap<String, List<Path>> found = new TreeMap<>();
        for (Path repository : repositories()) {
            try (Stream<Path> files = Files.list(repository)) {
                for (Path each : files.filter(Files::isDirectory).toList()) {
                    String name = String.valueOf(each.getFileName());
                    if (name.startsWith(".")) {
                        note("Directory '" + name + "' is hidden and not taken for a model");
                    } else {
                        found.computeIfAbsent(name, key -> new ArrayList<>()).add(repository);
                    }
                }
            }
        }
        return found;
    }

    /**
     * All that there is now.
     *
     * @throws IOException if a repository cannot be read at all
     */
    Look look(KnownFiles files) throws IOException {
        SortedMap<String, List<Path>> found = list();
        Map<String, ModelPlan> plans = new TreeMap<>();
        found.forEach((name, repositories) -> {
            if (repositories.stream().noneMatch(each -> isHeld(each.resolve(name)))) {
                plans.put(name, plan(name, repositories, files));
            }
        });
        files.forgetUnseen();
        return new Look(found.keySet(), plans);
    }

    /** Whether a model is left to polling at start; one that cannot be looked through is not: its plan says why. */
    private boolean waits(String name, List<Path> repositories) {
        if (options.control().mode() != ControlMode.POLL) {
            return false;
        }
        try {
            for (Path each : repositories) {
                if (isMarked(each.resolve(name))) {
                    note("Model '" + name + "' is marked " + INCOMPLETE + " and not loaded before it no longer is");
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a model stays as it is: it is marked, or nobody can tell. */
    private boolean isHeld(Path directory) {
        try {
            return isMarked(directory);
        } catch (IOException e) {
            note("Model '" + directory.getFileName() + "' cannot be looked through and stays as it is: " + e);
            return true;
        }
    }

    /** Whether who writes the model says that it is not done. */
    private static boolean isMarked(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory, 2, FileVisitOption.FOLLOW_LINKS)) {
            return files.anyMatch(each -> String.valueOf(each.getFileName()).equals(INCOMPLETE));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private FileDigests digests() {
        return options.control().mode() == ControlMode.NONE ? FileDigests.NONE : FileDigests.READING;
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

    /**
     * What to load of one model.
     *
     * @param repositories those that have it
     */
    ModelPlan plan(String name, List<Path> repositories, FileDigests digests) {
        if (repositories.isEmpty()) {
            return ModelPlan.unavailable(
                    name, options.paths().get(0), Path.of(name), "no model repository has a directory of this name");
        }
        Path repository = repositories.get(0);
        Path directory = repository.resolve(name);
        if (repositories.size() > 1) {
            note("Model '" + name + "' is in several model repositories: " + repositories);
            return ModelPlan.unavailable(name, repository, directory, DUPLICATE);
        }
        try {
            return plan(
                    name, repository, directory, ModelConfigFile.read(directory, name, options.configName()), digests);
        } catch (ConfigException e) {
            return ModelPlan.unavailable(name, repository, directory, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            log.debug("Model '{}': its directory cannot be read", name, e);
            return ModelPlan.unavailable(name, repository, directory, "the model's directory cannot be read");
        }
    }

    /** As {@link #plan(String, List, FileDigests)}, with a configuration in place of the model's own. */
    ModelPlan plan(String name, Path repository, Path directory, ModelConfigFile file, FileDigests digests)
            throws ConfigException, IOException {
        List<Long> versions = VersionDirectories.select(
                VersionDirectories.list(directory, name, this::note),
                file.config().getVersionPolicy(),
                name,
                this::note);
        if (versions.isEmpty()) {
            throw new ConfigException(
                    "at least one version must be available under the version policy of model '" + name + "'");
        }
        Map<Long, VersionContent> contents = VersionContents.of(directory, file.config(), versions, digests);
        List<String> warnings = new ArrayList<>(file.warnings());
        warnings.addAll(VersionLabels.warnings(file.config(), versions));
        warnings.addAll(TrafficConfig.warnings(file.config(), versions));
        return new ModelPlan(name, repository, directory, "", file.config(), versions, contents, warnings);
    }

    private void note(String oddity) {
        if (said.add(oddity)) {
            log.warn("{}", oddity);
        }
    }
}
