package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.boot.warmup.WarmUp;
import dev.tern.server.engine.BatchProbe;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.PaddingObserver;
import dev.tern.server.engine.SampleRows;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has a model run sample rows while it loads, its warm-up samples' and made-up ones: whether they may share a run, and
 * what follows for its batching and the keeping of its rows. Used by one loader thread.
 */
final class SampleTrials {
    /** Of a model that nothing speaks against. */
    private static final Finding UNTRIED = new Finding(Finding.Verdict.BATCHES, "not tried");

    private final VersionSource source;
    private final Signature signature;
    private final OnnxModel model;
    private final OnnxEngine engine;

    /** @param engine what {@code model} is open in; stays the caller's */
    SampleTrials(VersionSource source, Signature signature, OnnxModel model, OnnxEngine engine) {
        this.source = source;
        this.signature = signature;
        this.model = model;
        this.engine = engine;
    }

    /** Whether rows of equal shapes may share a run; untried where {@code config} never has several run. */
    Finding alike(ModelConfig config) throws VersionLoadException, ConfigException {
        return isTried(config) ? tried(config) : UNTRIED;
    }

    /** What becomes of batching and padding after {@code alike}; tries rows of different lengths where it may matter. */
    BatchingDecision batching(ModelConfig config, Finding alike) throws VersionLoadException, ConfigException {
        boolean quantized = model.usesDynamicQuantization();
        BatchingDecision decision = BatchingDecision.of(config, signature, quantized, alike);
        return alike.verdict() == Finding.Verdict.BATCHES
                ? PaddingDecision.of(decision, signature, quantized, mixed(decision.config()))
                : decision;
    }

    /** Whether rows are kept by themselves. A model that was not tried is tried now for its claim: it is given several rows. */
    RowDecision rows(ModelConfig config, Finding alike) throws VersionLoadException, ConfigException {
        Finding finding = alike.equals(UNTRIED) && RowDecision.isClaimed(config) ? tried(config) : alike;
        return RowDecision.of(config, model.usesDynamicQuantization(), finding);
    }

    /** Rows to measure runs of several sizes with, of which the model may take one; none of a model that is not tried. */
    static List<List<Tensor>> firstRows(ModelConfig config, ModelContract contract, WarmUp warmUp)
            throws VersionLoadException {
        if (!isTried(config)) {
            return List.of();
        }
        return Stream.concat(
                        warmUp.trials(1).stream(), SampleRows.trials(ModelSettings.modelInputs(contract), 1).stream())
                .map(trial -> trial.get(0))
                .toList();
    }

    /** A model that is never to run several rows is spared what it may not expect. */
    private static boolean isTried(ModelConfig config) {
        boolean joinsOrSplits = config.hasDynamicBatching() || new ModelSettings(config).splitsLargeRequests();
        return joinsOrSplits && config.getMaxBatchSize() != 1;
    }

    private Finding tried(ModelConfig config) throws VersionLoadException, ConfigException {
        ModelSettings settings = new ModelSettings(config);
        ModelContract contract = settings.contract(signature);
        int maxRows = config.getMaxBatchSize();
        List<List<List<Tensor>>> trials =
                new ArrayList<>(warmUp(config, contract).trials(maxRows));
        trials.addAll(SampleRows.trials(ModelSettings.modelInputs(contract), maxRows));
        return probe(settings, settings.joining(contract, model), trials);
    }

    /** Whether rows may share a run that differ where padding or ragged inputs let them. */
    private Finding mixed(ModelConfig config) throws VersionLoadException, ConfigException {
        ModelSettings settings = new ModelSettings(config);
        ModelContract contract = settings.contract(signature);
        Joining joining = settings.joining(contract, model);
        if (!config.hasDynamicBatching() || config.getMaxBatchSize() == 1 || !joining.joinsLengths()) {
            return UNTRIED;
        }
        int maxRows = config.getMaxBatchSize();
        List<List<List<Tensor>>> trials =
                new ArrayList<>(warmUp(config, contract).mixedTrials(joining, maxRows));
        trials.addAll(SampleRows.mixedTrials(ModelSettings.modelInputs(contract), joining, maxRows));
        return probe(settings, joining, trials);
    }

    private WarmUp warmUp(ModelConfig config, ModelContract contract) {
        return new WarmUp(config, contract, source.modelDirectory());
    }

    private Finding probe(ModelSettings settings, Joining joining, List<List<List<Tensor>>> trials) {
        try (Instance instance = engine.newInstance(settings.outputs(), joining, PaddingObserver.NONE)) {
            return new BatchProbe(instance, settings.tolerance()).probe(trials);
        }
    }
}
