package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.Signature;
import java.util.List;

/**
 * A model that is open, and what was found out of it: all of a version that does not depend on its instances.
 *
 * @param signature with shapes that only runs could tell
 * @param batching with the configuration in force
 */
record LoadedModel(
        OnnxModel model, Signature signature, BatchingDecision batching, RowDecision rows, Sessions sessions) {
    ModelConfig config() {
        return batching.config();
    }

    /** The same with other instance groups. */
    LoadedModel with(List<ModelInstanceGroup> groups) {
        ModelConfig changed = config().toBuilder()
                .clearInstanceGroup()
                .addAllInstanceGroup(groups)
                .build();
        return new LoadedModel(model, signature, new BatchingDecision(changed, batching.warnings()), rows, sessions);
    }
}
