package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.meters.VersionMeters;
import dev.tern.server.boot.settings.ModelSettings;
import dev.tern.server.ensemble.RunObserver;
import dev.tern.server.ensemble.steps.Computation;
import dev.tern.server.ensemble.steps.Computing;
import dev.tern.server.ensemble.steps.Hashing;
import dev.tern.server.ensemble.steps.TopK;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Predictor;
import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionFactory;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.repository.config.ParameterKeys;
import dev.tern.server.repository.config.Platform;
import dev.tern.server.repository.config.WireSignature;
import java.util.List;

/** Makes a version of a model of Tern's own, whose configuration was checked. */
public final class BuiltInFactory implements VersionFactory {
    private final Meters meters;
    private final Clock clock;

    public BuiltInFactory(Meters meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public Version create(VersionSource source) {
        ModelConfig config = source.config();
        ModelContract contract = new ModelSettings(config).contract(WireSignature.of(config));
        Computation made = computation(config);
        VersionMeters recorder = meters.open(source.model(), source.version(), clock);
        return new ModellessVersion(
                config,
                pipeline(contract, made, ModellessVersion.counting(recorder)),
                pipeline(contract, made, (rows, start, end) -> {}),
                recorder);
    }

    private static Computation computation(ModelConfig config) {
        List<String> outputs = new ModelSettings(config).outputs();
        return switch (Platform.of(config)) {
            case TOP_K ->
                new TopK(
                        outputs.get(0),
                        outputs.get(1),
                        (int) number(config, ParameterKeys.TOP_K_K),
                        config.getMaxBatchSize() > 0);
            case HASH -> new Hashing(outputs.get(0), number(config, ParameterKeys.HASH_BUCKETS));
            case ONNX, ENSEMBLE -> throw new IllegalArgumentException("platform: " + config.getPlatform());
        };
    }

    private static long number(ModelConfig config, String parameter) {
        return Long.parseLong(config.getParametersOrThrow(parameter).getStringValue());
    }

    private Predictor pipeline(ModelContract contract, Computation made, RunObserver observer) {
        return Pipeline.withoutCache(contract, new Computing(made, contract.maxBatchSize() > 0, clock, observer));
    }
}
