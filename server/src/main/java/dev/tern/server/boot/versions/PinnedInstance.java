package dev.tern.server.boot.versions;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.RunPhases;
import dev.tern.server.host.CpuSet;
import dev.tern.server.host.ThreadAffinity;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pins the thread that runs it. The thread stays pinned until another instance pins it elsewhere. */
final class PinnedInstance implements Instance {
    private final Instance instance;
    private final ThreadAffinity affinity;
    private final CpuSet cpus;

    PinnedInstance(Instance instance, ThreadAffinity affinity, CpuSet cpus) {
        this.instance = instance;
        this.affinity = affinity;
        this.cpus = cpus;
    }

    @Override
    public List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
        affinity.pin(cpus);
        return instance.run(batch);
    }

    @Override
    public List<List<Tensor>> run(List<BatchItem> batch, RunPhases phases) throws EngineException {
        affinity.pin(cpus);
        return instance.run(batch, phases);
    }

    @Override
    public void terminate() {
        instance.terminate();
    }

    @Override
    public void rearm() {
        instance.rearm();
    }

    @Override
    public @Nullable Instance another() {
        Instance other = instance.another();
        return other == null ? null : new PinnedInstance(other, affinity, cpus);
    }

    @Override
    public void close() {
        instance.close();
    }
}
