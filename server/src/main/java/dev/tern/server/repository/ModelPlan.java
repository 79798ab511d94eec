package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * A model directory and what is to be loaded from it.
 *
 * @param reason why nothing is; empty otherwise
 * @param versions ascending
 * @param warnings of its configuration
 */
record ModelPlan(
        String name,
        Path repository,
        Path directory,
        String reason,
        ModelConfig config,
        List<Long> versions,
        List<String> warnings) {
    ModelPlan {
        versions = List.copyOf(versions);
        warnings = List.copyOf(warnings);
    }

    static ModelPlan unavailable(String name, Path repository, Path directory, String reason) {
        return new ModelPlan(
                name, repository, directory, reason, ModelConfig.getDefaultInstance(), List.of(), List.of());
    }
}
