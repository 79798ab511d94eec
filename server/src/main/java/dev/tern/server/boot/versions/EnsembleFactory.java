package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.boot.ensembles.RoutedSteps;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.meters.VersionMeters;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.ensemble.Ensemble;
import dev.tern.server.ensemble.Graph;
import dev.tern.server.ensemble.RunObserver;
import dev.tern.server.ensemble.StepModels;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Predictor;
import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionFactory;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.repository.config.WireSignature;

/** Makes a version of an ensemble, whose graph was checked. */
public final class EnsembleFactory implements VersionFactory {
    private final RoutedSteps steps;
    private final Meters meters;
    private final Clock clock;

    public EnsembleFactory(RoutedSteps steps, Meters meters, Clock clock) {
        this.steps = steps;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public Version create(VersionSource source) {
        ModelConfig config = source.config();
        ModelContract contract = new ModelSettings(config).contract(WireSignature.of(config));
        Graph graph = graph(config);
        VersionMeters recorder = meters.open(source.model(), source.version(), clock);
        return new ModellessVersion(
                config,
                pipeline(contract, graph, steps.forCallers(), ModellessVersion.counting(recorder)),
                pipeline(contract, graph, steps.behind(), (rows, start, end) -> {}),
                recorder);
    }

    private Predictor pipeline(ModelContract contract, Graph graph, StepModels models, RunObserver observer) {
        return Pipeline.withoutCache(
                contract, new Ensemble(graph, contract.maxBatchSize() > 0, models, clock, observer));
    }

    private static Graph graph(ModelConfig config) {
        int batch = config.getMaxBatchSize() > 0 ? 1 : 0;
        return new Graph(
                config.getName(),
                config.getInputList().stream().map(input -> input.getName()).toList(),
                config.getEnsembleScheduling().getStepList().stream()
                        .map(step -> new Graph.Step(
                                step.getModelName(),
                                step.getModelVersion(),
                                step.getInputMapMap(),
                                step.getOutputMapMap()))
                        .toList(),
                config.getOutputList().stream()
                        .map(output -> new Graph.Output(
                                output.getName(),
                                batch
                                        + (output.hasReshape()
                                                ? output.getReshape().getShapeCount()
                                                : output.getDimsCount())))
                        .toList());
    }
}
