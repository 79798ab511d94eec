package dev.tern.server.boot.settings;

import static dev.tern.server.repository.config.ParameterKeys.DRIFT_FALSE_ALARM_RATE;
import static dev.tern.server.repository.config.ParameterKeys.DRIFT_FEATURES;
import static dev.tern.server.repository.config.ParameterKeys.DRIFT_KS_THRESHOLD;
import static dev.tern.server.repository.config.ParameterKeys.DRIFT_MONITOR;
import static dev.tern.server.repository.config.ParameterKeys.DRIFT_PSI_THRESHOLD;
import static dev.tern.server.repository.config.ParameterKeys.DRIFT_REFERENCE;
import static dev.tern.server.repository.config.ParameterKeys.DRIFT_SAMPLE;
import static dev.tern.server.repository.config.ParameterKeys.DRIFT_WINDOW;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.drift.DriftSettings;
import dev.tern.server.drift.Features;
import dev.tern.server.repository.config.ConfigException;
import dev.tern.server.repository.config.DataTypes;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a model's configuration, complete and checked, says of the monitor of drift. */
public record DriftConfig(DriftSettings settings, Features features) {
    /**
     * Empty for a model that is not watched.
     *
     * @throws ConfigException if it names a feature that the model does not have
     */
    public static Optional<DriftConfig> of(ModelConfig config, ModelContract contract) throws ConfigException {
        ModelParameters parameters = new ModelParameters(config);
        return parameters.flag(DRIFT_MONITOR, false)
                ? Optional.of(new DriftConfig(settings(parameters), features(config, contract)))
                : Optional.empty();
    }

    private static DriftSettings settings(ModelParameters parameters) {
        DriftSettings defaults = DriftSettings.defaults();
        return new DriftSettings(
                parameters.number(DRIFT_SAMPLE, defaults.sample()),
                parameters.count(DRIFT_REFERENCE, defaults.referenceRows()),
                parameters.count(DRIFT_WINDOW, defaults.windowRows()),
                parameters.number(DRIFT_FALSE_ALARM_RATE, defaults.falseAlarmRate()),
                parameters.number(DRIFT_KS_THRESHOLD, defaults.ksThreshold()),
                parameters.number(DRIFT_PSI_THRESHOLD, defaults.psiThreshold()));
    }

    /** Inputs are seen as the model takes them, outputs as callers get them. */
    private static Features features(ModelConfig config, ModelContract contract) throws ConfigException {
        List<TensorSpec> outputs = config.getOutputList().stream()
                .map(output -> output(output, config.getMaxBatchSize() > 0))
                .toList();
        String chosen = new ModelParameters(config).text(DRIFT_FEATURES);
        try {
            return Features.of(
                    ModelSettings.modelInputs(contract),
                    outputs,
                    chosen.isEmpty()
                            ? List.of()
                            : Arrays.stream(chosen.split(",", -1))
                                    .map(String::strip)
                                    .toList());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("parameters[" + DRIFT_FEATURES + "]: " + e.getMessage());
        }
    }

    private static TensorSpec output(ModelOutput output, boolean batched) {
        Shape dims = Shape.of(
                output.getDimsList().stream().mapToLong(Long::longValue).toArray());
        return new TensorSpec(
                output.getName(), DataTypes.ofConfig(output.getDataType()), batched ? dims.rows(Shape.VARIABLE) : dims);
    }
}
