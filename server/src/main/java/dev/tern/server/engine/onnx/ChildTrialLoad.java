package dev.tern.server.engine.onnx;

import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import java.util.Set;

/** Opens in a child process what is neither approved nor remembered. */
final class ChildTrialLoad implements TrialLoad {
    private final TrialMemory memory;
    private final Set<String> approvedDigests;
    private final TrialChild child;

    ChildTrialLoad(TrialMemory memory, Set<String> approvedDigests, TrialChild child) {
        this.memory = memory;
        this.approvedDigests = approvedDigests;
        this.child = child;
    }

    @Override
    public void check(OnnxModel model, SessionSettings settings) throws EngineException {
        if (approvedDigests.contains(model.digest())) {
            return;
        }
        String key = memory.key(model, settings);
        if (!memory.hasLoaded(key)) {
            child.open(model, settings);
            memory.remember(key, model, settings);
        }
    }

    @Override
    public void stop() {
        child.stop();
    }
}
