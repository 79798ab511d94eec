package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model, at one moment.
 *
 * @param reason why it is not ready; while it is, why what was to take its place could not be loaded; or empty
 * @param config the configuration in force; null unless ready
 * @param warnings what an operator should know; empty unless ready
 * @param instances how many runs may happen at the same time; 0 unless ready
 */
public record VersionIndex(
        long version,
        VersionState state,
        String reason,
        @Nullable ModelConfig config,
        List<String> warnings,
        int instances) {
    public VersionIndex {
        warnings = List.copyOf(warnings);
    }
}
