package dev.tern.server.repository;

import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link ModelRepository} is told.
 *
 * @param paths the repositories; every directory in them is a model
 * @param configName use {@code configs/<configName>.pbtxt} of models that have it; empty for none
 * @param strictReadiness whether the server is ready only if every version is
 */
public record RepositoryOptions(List<Path> paths, String configName, boolean strictReadiness) {
    public RepositoryOptions {
        paths = List.copyOf(paths);
    }

    /** These repositories, with Triton's defaults. */
    public static RepositoryOptions of(Path... paths) {
        return new RepositoryOptions(List.of(paths), "", true);
    }
}
