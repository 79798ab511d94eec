package dev.tern.server.engine.onnx;

import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;

/** Opens in a child process what is not remembered. */
final class ChildTrialLoad implements TrialLoad {
    private final TrialMemory memory;
    private final TrialChild child;

    ChildTrialLoad(TrialMemory memory, TrialChild child) {
        this.memory = memory;
        this.child = child;
    }

    @Override
    public void check(OnnxModel model, SessionSettings settings) throws EngineException {
        String key = memory.key(model, settings);
        if (!memory.hasLoaded(key)) {
            child.open(model, settings);
            // The child has read the file anew; what is remembered is remembered of what was digested.
            model.sources().requireUnchanged();
            memory.remember(key, model, settings);
        }
    }

    @Override
    public void stop() {
        child.stop();
    }
}
