package dev.tern.server.boot.warmup;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelWarmup;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.Joining;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a model's {@code model_warmup} samples on each instance before the version takes requests. */
public final class WarmUp {
    /** So many copies of a row are tried together where there is no other row of its shape. */
    private static final int COPIES = 3;

    private final ModelConfig config;
    private final WarmUpSamples samples;

    /** @param modelDirectory where the files are that samples name */
    public WarmUp(ModelConfig config, ModelContract contract, Path modelDirectory) {
        this.config = config;
        this.samples = new WarmUpSamples(contract, modelDirectory);
    }

    /**
     * Trials for the batch probe: the samples as single rows, those of the same inputs and shapes together.
     *
     * @param maxRows rows in a trial at the most
     */
    public List<List<List<Tensor>>> trials(int maxRows) throws VersionLoadException {
        Map<List<RowKind>, List<List<Tensor>>> byKind = new LinkedHashMap<>();
        for (ModelWarmup sample : config.getModelWarmupList()) {
            if (sample.getBatchSize() > 0) {
                List<Tensor> row = samples.item(sample, 1).inputs();
                byKind.computeIfAbsent(kinds(row), kind -> new ArrayList<>()).add(row);
            }
        }
        byKind.values().forEach(WarmUp::addCopies);
        return byKind.values().stream()
                .map(rows -> rows.subList(0, Math.min(maxRows, rows.size())))
                .toList();
    }

    /**
     * As {@link #trials}, samples together that differ where {@code joining} lets them.
     *
     * @param maxRows rows in a trial at the most
     */
    public List<List<List<Tensor>>> mixedTrials(Joining joining, int maxRows) throws VersionLoadException {
        Map<List<RowKind>, List<List<Tensor>>> byShared = new LinkedHashMap<>();
        for (ModelWarmup sample : config.getModelWarmupList()) {
            if (sample.getBatchSize() > 0) {
                List<Tensor> row = samples.item(sample, 1).inputs();
                List<RowKind> shared =
                        row.stream().map(tensor -> shared(tensor, joining)).toList();
                byShared.computeIfAbsent(shared, kind -> new ArrayList<>()).add(row);
            }
        }
        return byShared.values().stream()
                .filter(rows -> rows.stream().map(WarmUp::shapes).distinct().count() > 1)
                .map(rows -> rows.subList(0, Math.min(maxRows, rows.size())))
                .toList();
    }

    /** What must be the same in rows that share a run. */
    private static RowKind shared(Tensor tensor, Joining joining) {
        long[] dims = tensor.shape().toArray();
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = joining.mayDiffer(tensor.name(), axis) ? Shape.VARIABLE : dims[axis];
        }
        return new RowKind(tensor.name(), tensor.type(), Shape.of(dims));
    }

    private static List<RowKind> kinds(Collection<Tensor> row) {
        return row.stream()
                .map(tensor -> new RowKind(tensor.name(), tensor.type(), tensor.shape()))
                .toList();
    }

    private static List<Shape> shapes(Collection<Tensor> row) {
        return row.stream().map(Tensor::shape).toList();
    }

    private static void addCopies(List<List<Tensor>> rows) {
        do {
            rows.add(rows.get(0));
        } while (rows.size() < COPIES);
    }

    /**
     * Inputs of requests that the model may take, as callers would send them: of the samples, or made up where there are
     * none; empty where that fails.
     */
    public List<List<Tensor>> requests() {
        List<List<Tensor>> requests = new ArrayList<>();
        try {
            for (ModelWarmup sample : config.getModelWarmupList()) {
                if (sample.getBatchSize() > 0) {
                    requests.add(samples.request(sample, sample.getBatchSize()));
                }
            }
        } catch (VersionLoadException e) {
            return List.of();
        }
        return config.getModelWarmupCount() == 0 ? samples.madeUp() : requests;
    }

    /** Has {@code runs} run every sample {@code count} times on {@code instance}. */
    public void run(Instance instance, MeasuredRuns runs) throws VersionLoadException {
        for (ModelWarmup sample : config.getModelWarmupList()) {
            if (sample.getBatchSize() == 0) {
                continue;
            }
            BatchItem item = samples.item(sample, sample.getBatchSize());
            try {
                runs.run(instance, List.of(item), Math.max(1, sample.getCount()));
            } catch (EngineException e) {
                throw new VersionLoadException("warm-up sample '" + sample.getName() + "' fails: " + e.reason(), e);
            }
        }
    }
}
