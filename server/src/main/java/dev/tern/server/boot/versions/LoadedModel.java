package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.repository.config.SequenceTensors;
import dev.tern.server.tensor.Signature;
import java.util.List;

/**
 * A model that is open, and what was found out of it: all of a version that does not depend on its instances.
 *
 * @param signature with shapes that only runs could tell
 * @param config the one in force, as callers see it
 * @param batching with the configuration of what is batched: the same, but for what {@link SequenceTensors#atModel} adds
 */
record LoadedModel(
        OnnxModel model,
        Signature signature,
        ModelConfig config,
        BatchingDecision batching,
        RowDecision rows,
        Sessions sessions) {
    /** The configuration of what is batched. */
    ModelConfig batched() {
        return batching.config();
    }

    /** The same with other instance groups. */
    LoadedModel with(List<ModelInstanceGroup> groups) {
        return new LoadedModel(
                model,
                signature,
                with(groups, config),
                new BatchingDecision(with(groups, batched()), batching.warnings()),
                rows,
                sessions);
    }

    private static ModelConfig with(List<ModelInstanceGroup> groups, ModelConfig config) {
        return config.toBuilder()
                .clearInstanceGroup()
                .addAllInstanceGroup(groups)
                .build();
    }
}
