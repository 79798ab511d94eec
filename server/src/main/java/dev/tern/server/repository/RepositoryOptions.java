package dev.tern.server.repository;

import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link ModelRepository} is told.
 *
 * @param paths the repositories; every directory in them is a model
 * @param configName use {@code configs/<configName>.pbtxt} of models that have it; empty for none
 * @param strictReadiness whether the server is ready only if every model that is to be served has a version that is
 * @param control how models come and go after the start
 */
public record RepositoryOptions(List<Path> paths, String configName, boolean strictReadiness, ControlSettings control) {
    public RepositoryOptions {
        paths = List.copyOf(paths);
    }

    /** Everything is loaded at start, and nothing after. */
    public RepositoryOptions(List<Path> paths, String configName, boolean strictReadiness) {
        this(paths, configName, strictReadiness, ControlSettings.NONE);
    }

    /** These repositories, with Triton's defaults. */
    public static RepositoryOptions of(Path... paths) {
        return new RepositoryOptions(List.of(paths), "", true);
    }

    /** These options with another control. */
    public RepositoryOptions with(ControlSettings other) {
        return new RepositoryOptions(paths, configName, strictReadiness, other);
    }
}
