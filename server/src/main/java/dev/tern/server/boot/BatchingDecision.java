package dev.tern.server.boot;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.repository.config.AutoComplete;
import java.util.List;

/**
 * What becomes of a model's batching after the probe.
 *
 * @param config the configuration in force
 * @param warnings what an operator should know
 */
record BatchingDecision(ModelConfig config, List<String> warnings) {

    /**
     * A structural finding ends batching. A numeric one does, too, unless {@code max_batch_size} was set by hand or the
     * model is dynamically quantized, which makes rows depend a little on each other by design. Without a finding the
     * configuration decides.
     */
    static BatchingDecision of(ModelConfig config, OnnxModel model, Finding finding) {
        boolean explicit = AutoComplete.hasExplicitMaxBatchSize(config);
        return switch (finding.verdict()) {
            case BATCHES -> new BatchingDecision(config, List.of());
            case STRUCTURAL -> unbatched(config, model, finding, explicit);
            case NUMERIC -> {
                if (model.usesDynamicQuantization()) {
                    yield new BatchingDecision(
                            config,
                            List.of("not row-wise: the model is dynamically quantized, so that a row's answer depends"
                                    + " a little on the rows it is run with; batched all the same"));
                }
                yield explicit
                        ? new BatchingDecision(
                                config,
                                List.of("batched because max_batch_size is set, although rows affect each other: "
                                        + finding.detail()))
                        : unbatched(config, model, finding, false);
            }
            case INCONCLUSIVE ->
                new BatchingDecision(
                        config,
                        List.of("whether rows may share a run could not be tried, the configuration decides ("
                                + finding.detail() + "); give model_warmup samples to have it tried"));
        };
    }

    private static BatchingDecision unbatched(ModelConfig config, OnnxModel model, Finding finding, boolean explicit) {
        String warning = "not batched: " + finding.detail()
                + (explicit ? "; requests keep the batch dimension that max_batch_size gives them and run alone" : "");
        return new BatchingDecision(AutoComplete.withoutBatching(config, model.signature()), List.of(warning));
    }
}
