package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model directory and what is to be loaded from it. Two plans are equal if loading one comes to what loading the other
 * does.
 *
 * @param reason why nothing is; empty otherwise
 * @param versions ascending
 * @param contents what each version is made from
 * @param warnings of its configuration
 */
record ModelPlan(
        String name,
        Path repository,
        Path directory,
        String reason,
        ModelConfig config,
        List<Long> versions,
        Map<Long, VersionContent> contents,
        List<String> warnings) {
    ModelPlan {
        versions = List.copyOf(versions);
        contents = Map.copyOf(contents);
        warnings = List.copyOf(warnings);
    }

    static ModelPlan unavailable(String name, Path repository, Path directory, String reason) {
        return new ModelPlan(
                name, repository, directory, reason, ModelConfig.getDefaultInstance(), List.of(), Map.of(), List.of());
    }

    VersionContent content(long version) {
        return contents.getOrDefault(version, VersionContent.UNKNOWN);
    }
}
