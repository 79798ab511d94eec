package dev.tern.server.boot.versions;

import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.engine.onnx.SessionSettings;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.host.CpuSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One model's sessions, one for each set of cores that its instances run on, whose threads and memory are there. Each stays
 * open as long as it has an instance, after {@link #close}, too. Used by one loader thread at a time.
 */
final class Sessions implements AutoCloseable {
    private final OnnxModel model;
    private final SessionSettings settings;
    private final Map<Optional<CpuSet>, OnnxEngine> engines = new LinkedHashMap<>();

    Sessions(OnnxModel model, SessionSettings settings) {
        this.model = model;
        this.settings = settings;
    }

    /** The one for these cores; opened by a thread that is on them, if it is not open. */
    OnnxEngine on(Optional<CpuSet> cpus) throws EngineException {
        OnnxEngine open = engines.get(cpus);
        if (open == null) {
            // ONNX Runtime places its threads itself, on any core, unless told how many.
            open = OnnxEngine.open(
                    model, cpus.isPresent() ? settings.threadsFor(cpus.get().size()) : settings);
            engines.put(cpus, open);
        }
        return open;
    }

    /** Leaves the sessions to their instances; again, does nothing. */
    @Override
    public void close() {
        engines.values().forEach(OnnxEngine::close);
    }
}
