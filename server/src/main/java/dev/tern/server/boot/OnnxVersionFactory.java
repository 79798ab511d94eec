package dev.tern.server.boot;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.batching.Batching;
import dev.tern.server.batching.InstanceGroup;
import dev.tern.server.engine.BatchProbe;
import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.SampleRows;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.engine.onnx.SessionSettings;
import dev.tern.server.engine.onnx.TrialLoad;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.predict.Clock;
import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionFactory;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.repository.config.AutoComplete;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes a version from its model file: describe, try it in a child process, open, complete the configuration, probe
 * whether rows may share a run, warm up, compose the pipeline.
 */
final class OnnxVersionFactory implements VersionFactory {
    private final boolean autoComplete;
    private final int defaultMaxBatchSize;
    private final TrialLoad trialLoad;
    private final HostPolicies policies;
    private final Seats seats;
    private final Clock clock;
    private final Meters meters;

    OnnxVersionFactory(
            boolean autoComplete,
            int defaultMaxBatchSize,
            TrialLoad trialLoad,
            HostPolicies policies,
            Seats seats,
            Clock clock,
            Meters meters) {
        this.autoComplete = autoComplete;
        this.defaultMaxBatchSize = defaultMaxBatchSize;
        this.trialLoad = trialLoad;
        this.policies = policies;
        this.seats = seats;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public Version create(VersionSource source) throws VersionLoadException {
        try {
            OnnxModel model = OnnxModel.read(source.modelFile(), optionalInputs(source.config()));
            SessionSettings settings = new ModelSettings(source.config()).session();
            trialLoad.check(model, settings);
            try (InstanceGroups groups = new InstanceGroups(policies, seats, model, settings)) {
                OnnxEngine engine = groups.firstEngine(source.config());
                Signature signature = new UnknownRanks(model.unknownRank(), source.config()).resolve(engine);
                ModelConfig config = complete(source.config(), signature);
                BatchingDecision decision = BatchingDecision.of(
                        config, signature, model.usesDynamicQuantization(), probe(source, config, signature, engine));
                return compose(source, decision, signature, groups);
            }
        } catch (EngineException e) {
            throw new VersionLoadException(e.reason(), e);
        } catch (ConfigException e) {
            throw new VersionLoadException(String.valueOf(e.getMessage()), e);
        }
    }

    private ModelConfig complete(ModelConfig given, Signature signature) throws ConfigException {
        return autoComplete
                ? AutoComplete.complete(given, signature, defaultMaxBatchSize)
                : AutoComplete.asGiven(given, signature);
    }

    /** Inputs with a default in the model can be left out; they are only looked at where the configuration has them. */
    private static Set<String> optionalInputs(ModelConfig config) {
        return config.getInputList().stream()
                .filter(ModelInput::getOptional)
                .map(ModelInput::getName)
                .collect(Collectors.toSet());
    }

    private static Finding probe(VersionSource source, ModelConfig config, Signature signature, OnnxEngine engine)
            throws VersionLoadException {
        if (!config.hasDynamicBatching() || config.getMaxBatchSize() == 1) {
            return new Finding(Finding.Verdict.BATCHES, "");
        }
        ModelSettings settings = new ModelSettings(config);
        ModelContract contract = settings.contract(signature);
        int maxRows = config.getMaxBatchSize();
        List<List<List<Tensor>>> trials =
                new ArrayList<>(new WarmUp(config, contract, source.modelDirectory()).trials(maxRows));
        trials.addAll(SampleRows.trials(ModelSettings.modelInputs(contract), maxRows));
        try (Instance instance = engine.newInstance(InstanceGroups.outputs(config))) {
            return new BatchProbe(instance, settings.tolerance()).probe(trials);
        }
    }

    private Version compose(VersionSource source, BatchingDecision decision, Signature signature, InstanceGroups makers)
            throws VersionLoadException, EngineException {
        ModelSettings settings = new ModelSettings(decision.config());
        ModelContract contract = settings.contract(signature);
        WarmUp warmUp = new WarmUp(decision.config(), contract, source.modelDirectory());
        List<InstanceGroup> groups = makers.make(decision.config(), warmUp);
        VersionMeters recorder = meters.open(source.model(), source.version());
        Batching batching = new Batching(settings.batching(), groups, clock, recorder);
        List<String> warnings = new ArrayList<>(decision.warnings());
        warnings.addAll(makers.warnings(decision.config()));
        return new OnnxVersion(
                decision.config(),
                Pipeline.ofVersion(contract, batching),
                warnings,
                settings.instances(),
                batching,
                recorder::close);
    }
}
