package dev.tern.server.boot;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.batching.Batching;
import dev.tern.server.batching.Runners;
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
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes a version from its model file: describe, complete the configuration, try it in a child process, open, probe
 * whether rows may share a run, warm up, compose the pipeline.
 */
final class OnnxVersionFactory implements VersionFactory {
    private final boolean autoComplete;
    private final int defaultMaxBatchSize;
    private final TrialLoad trialLoad;
    private final Runners runners;
    private final Clock clock;
    private final Meters meters;

    OnnxVersionFactory(
            boolean autoComplete,
            int defaultMaxBatchSize,
            TrialLoad trialLoad,
            Runners runners,
            Clock clock,
            Meters meters) {
        this.autoComplete = autoComplete;
        this.defaultMaxBatchSize = defaultMaxBatchSize;
        this.trialLoad = trialLoad;
        this.runners = runners;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public Version create(VersionSource source) throws VersionLoadException {
        try {
            OnnxModel model = OnnxModel.read(source.modelFile(), optionalInputs(source.config()));
            ModelConfig config = complete(source.config(), model);
            SessionSettings settings = new ModelSettings(config).session();
            trialLoad.check(model, settings);
            try (OnnxEngine engine = OnnxEngine.open(model, settings)) {
                BatchingDecision decision = probe(source, config, model, engine);
                return compose(source, decision, engine);
            }
        } catch (EngineException e) {
            throw new VersionLoadException(e.reason(), e);
        } catch (ConfigException e) {
            throw new VersionLoadException(String.valueOf(e.getMessage()), e);
        }
    }

    private ModelConfig complete(ModelConfig given, OnnxModel model) throws ConfigException {
        return autoComplete
                ? AutoComplete.complete(given, model.signature(), defaultMaxBatchSize)
                : AutoComplete.asGiven(given, model.signature());
    }

    /** Inputs with a default in the model can be left out; they are only looked at where the configuration has them. */
    private static Set<String> optionalInputs(ModelConfig config) {
        return config.getInputList().stream()
                .filter(ModelInput::getOptional)
                .map(ModelInput::getName)
                .collect(Collectors.toSet());
    }

    private static BatchingDecision probe(VersionSource source, ModelConfig config, OnnxModel model, OnnxEngine engine)
            throws VersionLoadException {
        if (!config.hasDynamicBatching()) {
            return new BatchingDecision(config, List.of());
        }
        ModelSettings settings = new ModelSettings(config);
        List<List<List<Tensor>>> trials = new ArrayList<>();
        List<List<Tensor>> given = new WarmUp(config, source.modelDirectory()).rows();
        if (given.size() > 1) {
            trials.add(given);
        }
        trials.addAll(SampleRows.trials(settings.modelInputs()));
        try (Instance instance = engine.newInstance()) {
            Finding finding = new BatchProbe(instance, settings.tolerance()).probe(trials);
            return BatchingDecision.of(config, model, finding);
        }
    }

    private Version compose(VersionSource source, BatchingDecision decision, OnnxEngine engine)
            throws VersionLoadException {
        ModelSettings settings = new ModelSettings(decision.config());
        List<Instance> instances = instances(source, decision.config(), engine, settings.instances());
        VersionMeters recorder = meters.open(source.model(), source.version());
        Batching batching = new Batching(settings.batching(), instances, runners, clock, recorder);
        ModelContract contract = settings.contract();
        return new OnnxVersion(
                decision.config(),
                Pipeline.ofVersion(contract, batching),
                decision.warnings(),
                instances.size(),
                batching,
                recorder::close);
    }

    private static List<Instance> instances(VersionSource source, ModelConfig config, OnnxEngine engine, int count)
            throws VersionLoadException {
        WarmUp warmUp = new WarmUp(config, source.modelDirectory());
        List<Instance> instances = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                instances.add(engine.newInstance());
                warmUp.run(instances.get(i));
            }
            return instances;
        } catch (VersionLoadException | RuntimeException e) {
            instances.forEach(Instance::close);
            throw e;
        }
    }
}
