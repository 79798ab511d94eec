package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelDynamicBatching;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Fills what a configuration leaves out from the model's own signature, as Triton does for ONNX models.
 *
 * <p>What was filled is listed in the configuration's parameter {@link ParameterKeys#AUTO_COMPLETED}, so that whoever
 * reads ModelConfig sees which values nobody chose.
 */
public final class AutoComplete {
    /**
     * The batch size of a model that can be batched and gives none. Triton has 4; a recommender scores hundreds of
     * candidates in one request, and a batch only grows while all instances are busy.
     */
    public static final int DEFAULT_MAX_BATCH_SIZE = 256;

    private static final String MAX_BATCH_SIZE = "max_batch_size";
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";
    private static final String DYNAMIC_BATCHING = "dynamic_batching";

    private AutoComplete() {}

    /**
     * Completes {@code given}, normalised before, and checks the result against the model. With inputs and outputs both
     * configured nothing is filled.
     *
     * @param defaultMaxBatchSize at least 0; 0 leaves a model that gives no batch size unbatched
     * @throws ConfigException if the configuration does not fit the model
     */
    public static ModelConfig complete(ModelConfig given, Signature signature, int defaultMaxBatchSize)
            throws ConfigException {
        boolean nothingToFill = given.getInputCount() > 0 && given.getOutputCount() > 0;
        return checked(nothingToFill ? given : filled(given, signature, defaultMaxBatchSize), signature);
    }

    /**
     * For {@code --disable-auto-complete-config}: checks {@code given} against the model and fills nothing.
     *
     * @throws ConfigException if the configuration is incomplete or does not fit the model
     */
    public static ModelConfig asGiven(ModelConfig given, Signature signature) throws ConfigException {
        Problems problems = problems(given);
        String text = "must be configured, as auto-complete is disabled";
        problems.errorIf(given.getInputCount() == 0 && !signature.inputs().isEmpty(), INPUT, text);
        problems.errorIf(given.getOutputCount() == 0, OUTPUT, text);
        problems.throwIfAny();
        return checked(given, signature);
    }

    /** Whether every input and output has a first dimension that varies; optional inputs are constants and not asked. */
    public static boolean canBatch(Signature signature) {
        return Stream.concat(signature.inputs().stream().filter(each -> !each.optional()), signature.outputs().stream())
                .allMatch(each -> each.shape().rank() > 0 && each.shape().dim(0) == Shape.VARIABLE);
    }

    /** Whether the model's file gives {@code max_batch_size}, rather than auto-complete or nobody. */
    public static boolean hasExplicitMaxBatchSize(ModelConfig completed) {
        return completed.getMaxBatchSize() > 0
                && !AutoCompleted.names(completed).contains(MAX_BATCH_SIZE);
    }

    /**
     * The configuration of a model that turned out not to give each row its own answer when rows share a run.
     *
     * <p>Requests are no longer joined, nor split. A batch size that was filled in becomes 0 and dims become full shapes;
     * one from the model's file stays, for it is the contract that clients know: shapes keep their batch dimension.
     */
    public static ModelConfig withoutBatching(ModelConfig completed, Signature signature) {
        ModelConfig.Builder config = completed.toBuilder().clearDynamicBatching();
        config.removeParameters(ParameterKeys.SPLIT_LARGE_REQUESTS);
        Set<String> filled = AutoCompleted.names(completed);
        if (filled.contains(MAX_BATCH_SIZE)) {
            config.setMaxBatchSize(0);
            FullShapes.widen(config);
            if (filled.contains(INPUT)) {
                config.clearInput().addAllInput(FilledTensors.inputs(signature, false));
            }
            if (filled.contains(OUTPUT)) {
                config.clearOutput().addAllOutput(FilledTensors.outputs(signature, false));
            }
        }
        AutoCompleted.set(
                config,
                filled.stream()
                        .filter(each -> !each.equals(MAX_BATCH_SIZE) && !each.equals(DYNAMIC_BATCHING))
                        .toList());
        return config.build();
    }

    private static ModelConfig filled(ModelConfig given, Signature signature, int defaultMaxBatchSize)
            throws ConfigException {
        boolean batchable = canBatch(signature);
        Signature callers = SequenceTensors.callers(given, signature);
        if (!batchable && given.getMaxBatchSize() > 0) {
            throw new ConfigException("autofill failed for model '" + given.getName()
                    + "': model does not support batching while non-zero max_batch_size is specified");
        }
        ModelConfig.Builder config = given.toBuilder();
        List<String> filled = new ArrayList<>();
        if (batchable
                && given.getMaxBatchSize() == 0
                && defaultMaxBatchSize > 0
                && !FullShapes.areGiven(given, signature)) {
            config.setMaxBatchSize(defaultMaxBatchSize);
            filled.add(MAX_BATCH_SIZE);
        }
        boolean batching = config.getMaxBatchSize() > 0;
        if (given.getInputCount() == 0) {
            config.addAllInput(FilledTensors.inputs(callers, batching));
            filled.add(INPUT);
        }
        if (given.getOutputCount() == 0) {
            config.addAllOutput(FilledTensors.outputs(callers, batching));
            filled.add(OUTPUT);
        }
        if (config.getMaxBatchSize() > 1
                && config.getSchedulingChoiceCase() == ModelConfig.SchedulingChoiceCase.SCHEDULINGCHOICE_NOT_SET) {
            config.setDynamicBatching(ModelDynamicBatching.getDefaultInstance());
            filled.add(DYNAMIC_BATCHING);
        }
        Normalization.preferredBatchSize(config);
        AutoCompleted.set(config, filled);
        return config.build();
    }

    private static ModelConfig checked(ModelConfig config, Signature signature) throws ConfigException {
        Problems problems = problems(config);
        ConfigRules.check(config, config.getName(), true, problems);
        problems.throwIfAny();
        SignatureCheck.check(config, signature, problems);
        problems.throwIfAny();
        return config;
    }

    private static Problems problems(ModelConfig config) {
        return new Problems("configuration of model '" + config.getName() + "'");
    }
}
