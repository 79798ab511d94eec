package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.boot.settings.CacheSettings;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.repository.config.ParameterKeys;
import java.util.List;

/**
 * What becomes of a model's claim that its rows have the same answers alone and in a batch, after the probe.
 *
 * @param byRows whether rows are kept by themselves
 * @param warnings what an operator should know
 */
record RowDecision(boolean byRows, List<String> warnings) {
    /**
     * Whether a model with this effective configuration claims it, and may be asked for several rows at a time.
     */
    static boolean isClaimed(ModelConfig config) {
        CacheSettings cache = new ModelSettings(config).cache();
        return cache.enabled() && cache.byRows() && config.getMaxBatchSize() != 1;
    }

    /**
     * A finding against the claim ends it: a row that was kept would be answered with what depends on the rows it was
     * computed with. Answers are kept whole then. Without a finding the configuration decides.
     */
    static RowDecision of(ModelConfig config, boolean dynamicQuantization, Finding finding) {
        if (!isClaimed(config)) {
            return new RowDecision(new ModelSettings(config).cache().byRows(), List.of());
        }
        return switch (finding.verdict()) {
            case BATCHES ->
                new RowDecision(
                        true,
                        dynamicQuantization
                                ? List.of(ParameterKeys.CACHE_ROWS + ": the model is dynamically quantized, so that a"
                                        + " kept row may differ from one computed among other rows; tern check --rows"
                                        + " tells by how much")
                                : List.of());
            case STRUCTURAL -> ended(finding.detail() + "; remove it");
            case NUMERIC ->
                ended("rows affect each other, " + finding.detail() + "; remove it, or raise "
                        + ParameterKeys.BATCHING_TOLERANCE + " if that much is to count as equal");
            case INCONCLUSIVE -> new RowDecision(true, List.of());
        };
    }

    private static RowDecision ended(String why) {
        return new RowDecision(
                false, List.of(ParameterKeys.CACHE_ROWS + " has no effect, answers are kept whole: " + why));
    }
}
