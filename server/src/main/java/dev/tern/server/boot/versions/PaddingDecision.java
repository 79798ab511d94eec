package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelInput;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.repository.config.AutoComplete;
import dev.tern.server.repository.config.PaddingConfig;
import dev.tern.server.tensor.Signature;
import java.util.ArrayList;
import java.util.List;

/** What becomes of padding and ragged inputs after rows of different lengths were tried together. */
final class PaddingDecision {
    private PaddingDecision() {}

    /**
     * As {@link BatchingDecision#of}: a structural finding ends the sharing of runs among different lengths. A numeric
     * one does, too, unless {@code max_batch_size} was set by hand or the model is dynamically quantized. Without a
     * finding the configuration decides, and it asks for padding.
     */
    static BatchingDecision of(
            BatchingDecision decision, Signature signature, boolean dynamicQuantization, Finding finding) {
        return switch (finding.verdict()) {
            case BATCHES -> decision;
            case STRUCTURAL -> alike(decision, signature, finding);
            case NUMERIC -> {
                if (dynamicQuantization) {
                    yield decision;
                }
                yield AutoComplete.hasExplicitMaxBatchSize(decision.config())
                        ? warned(
                                decision,
                                "rows of different lengths share a run because max_batch_size is set, although answers"
                                        + " depend on it: " + finding.detail())
                        : alike(decision, signature, finding);
            }
            case INCONCLUSIVE ->
                warned(
                        decision,
                        "rows of different lengths share a run as configured; whether they may could not be tried ("
                                + finding.detail()
                                + "), give model_warmup samples of several lengths to have it tried");
        };
    }

    /** Only requests of equal shapes share a run. With ragged inputs none do, as the model has no other way. */
    private static BatchingDecision alike(BatchingDecision decision, Signature signature, Finding finding) {
        boolean ragged = decision.config().getInputList().stream().anyMatch(ModelInput::getAllowRaggedBatch);
        String reason = "with rows of other lengths in the run, " + finding.detail();
        return ragged
                ? warned(
                        new BatchingDecision(
                                AutoComplete.withoutBatching(decision.config(), signature), decision.warnings()),
                        "not batched: " + reason)
                : warned(
                        new BatchingDecision(PaddingConfig.withoutPadding(decision.config()), decision.warnings()),
                        "not padded, only requests of equal shapes share a run: " + reason);
    }

    private static BatchingDecision warned(BatchingDecision decision, String warning) {
        List<String> warnings = new ArrayList<>(decision.warnings());
        warnings.add(warning);
        return new BatchingDecision(decision.config(), warnings);
    }
}
