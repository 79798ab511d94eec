package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.repository.config.AutoComplete;
import dev.tern.server.tensor.Signature;
import java.util.List;

/**
 * What becomes of a model's batching after the probe.
 *
 * @param config the configuration in force
 * @param warnings what an operator should know
 */
record BatchingDecision(ModelConfig config, List<String> warnings) {
    private static final String NOT_ROW_WISE =
            "not row-wise: the model is dynamically quantized, so that a row's answer"
                    + " depends a little on the rows it is run with; batched all the same";

    /**
     * A structural finding ends batching. A numeric one does, too, unless {@code max_batch_size} was set by hand or the
     * model is dynamically quantized, which makes rows depend a little on each other by design, whether the probe's rows
     * show it or not. Without a finding the configuration
     * decides: batched if it sets {@code max_batch_size}, else not.
     */
    static BatchingDecision of(ModelConfig config, Signature signature, boolean dynamicQuantization, Finding finding) {
        boolean explicit = AutoComplete.hasExplicitMaxBatchSize(config);
        return switch (finding.verdict()) {
            case BATCHES ->
                new BatchingDecision(
                        config, dynamicQuantization && config.hasDynamicBatching() ? List.of(NOT_ROW_WISE) : List.of());
            case STRUCTURAL -> unbatched(config, signature, finding, explicit);
            case NUMERIC -> {
                if (dynamicQuantization) {
                    yield new BatchingDecision(config, List.of(NOT_ROW_WISE));
                }
                yield explicit
                        ? new BatchingDecision(
                                config,
                                List.of("batched because max_batch_size is set, although rows affect each other: "
                                        + finding.detail()))
                        : unbatched(config, signature, finding, false);
            }
            case INCONCLUSIVE ->
                explicit
                        ? new BatchingDecision(
                                config,
                                List.of("batched because max_batch_size is set; whether rows may share a run could not"
                                        + " be tried (" + finding.detail()
                                        + "), give model_warmup samples to have it tried"))
                        : new BatchingDecision(
                                AutoComplete.withoutBatching(config, signature),
                                List.of("not batched: whether rows may share a run could not be tried ("
                                        + finding.detail() + "); set max_batch_size, or give model_warmup samples"));
        };
    }

    private static BatchingDecision unbatched(
            ModelConfig config, Signature signature, Finding finding, boolean explicit) {
        boolean split = new ModelSettings(config).splitsLargeRequests();
        String warning = "not batched" + (split ? " and not split: " : ": ") + finding.detail()
                + (explicit ? "; requests keep the batch dimension that max_batch_size gives them and run alone" : "");
        return new BatchingDecision(AutoComplete.withoutBatching(config, signature), List.of(warning));
    }
}
