package dev.tern.server.repository.config;

import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelDynamicBatching;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.proto.inference.ModelSequenceBatching;
import dev.tern.proto.inference.ModelSequenceBatching.Control;
import dev.tern.proto.inference.ModelSequenceBatching.ControlInput;
import dev.tern.proto.inference.ModelSequenceBatching.State;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensors of a model with sequences that callers neither send nor get: controls and states. */
public final class SequenceTensors {
    private static final List<Long> ONE = List.of(1L);

    private SequenceTensors() {}

    /**
     * The configuration of what runs below the sequences: controls and states are inputs and outputs like any other, behind
     * the callers' own, and requests of different sequences are batched as any requests are. {@code config} itself where
     * the model has no sequences.
     */
    public static ModelConfig atModel(ModelConfig config) {
        if (!config.hasSequenceBatching()) {
            return config;
        }
        ModelConfig.Builder model = config.toBuilder().clearSequenceBatching();
        // Nothing of it is to be taken back: callers know it.
        model.removeParameters(ParameterKeys.AUTO_COMPLETED);
        for (TensorConfig each : inputs(config)) {
            model.addInput(ModelInput.newBuilder()
                    .setName(each.name())
                    .setDataType(each.type())
                    .addAllDims(each.dims()));
        }
        Set<String> shown =
                config.getOutputList().stream().map(ModelOutput::getName).collect(Collectors.toSet());
        for (TensorConfig each : outputs(config)) {
            if (!shown.contains(each.name())) {
                model.addOutput(ModelOutput.newBuilder()
                        .setName(each.name())
                        .setDataType(each.type())
                        .addAllDims(each.dims()));
            }
        }
        if (config.getMaxBatchSize() > 0) {
            model.setDynamicBatching(batching(config.getSequenceBatching(), config.getMaxBatchSize()));
            Normalization.preferredBatchSize(model);
        }
        return model.build();
    }

    /** As Triton, a direct strategy waits for others only where it says how many. */
    private static ModelDynamicBatching batching(ModelSequenceBatching sequences, int maxBatchSize) {
        ModelDynamicBatching.Builder batching = ModelDynamicBatching.newBuilder();
        if (sequences.hasOldest()) {
            return batching.addAllPreferredBatchSize(sequences.getOldest().getPreferredBatchSizeList())
                    .setMaxQueueDelayMicroseconds(sequences.getOldest().getMaxQueueDelayMicroseconds())
                    .setPreserveOrdering(sequences.getOldest().getPreserveOrdering())
                    .build();
        }
        float share = sequences.getDirect().getMinimumSlotUtilization();
        return share > 0
                ? batching.addPreferredBatchSize(Math.max(1, (int) Math.ceil(share * maxBatchSize)))
                        .setMaxQueueDelayMicroseconds(sequences.getDirect().getMaxQueueDelayMicroseconds())
                        .build()
                : batching.build();
    }

    /** What the model takes besides what callers send: controls, then states, in their order. */
    static List<TensorConfig> inputs(ModelConfig config) {
        List<TensorConfig> inputs = new ArrayList<>();
        ModelSequenceBatching sequences = config.getSequenceBatching();
        for (int i = 0; i < sequences.getControlInputCount(); i++) {
            ControlInput input = sequences.getControlInput(i);
            if (input.getControlCount() > 0) {
                inputs.add(tensor(SequenceRules.controlKey(i), input.getName(), controlType(input.getControl(0)), ONE));
            }
        }
        for (int i = 0; i < sequences.getStateCount(); i++) {
            State state = sequences.getState(i);
            inputs.add(
                    tensor(SequenceRules.stateKey(i), state.getInputName(), state.getDataType(), state.getDimsList()));
        }
        return inputs;
    }

    /** What the model gives to be handed on; callers may get it, too, where it is listed as an output. */
    static List<TensorConfig> outputs(ModelConfig config) {
        List<TensorConfig> outputs = new ArrayList<>();
        for (int i = 0; i < config.getSequenceBatching().getStateCount(); i++) {
            State state = config.getSequenceBatching().getState(i);
            outputs.add(
                    tensor(SequenceRules.stateKey(i), state.getOutputName(), state.getDataType(), state.getDimsList()));
        }
        return outputs;
    }

    /** The part of a model's signature that callers see. */
    static Signature callers(ModelConfig config, Signature signature) {
        return new Signature(
                without(signature.inputs(), inputs(config)), without(signature.outputs(), outputs(config)));
    }

    private static List<TensorSpec> without(List<TensorSpec> all, List<TensorConfig> added) {
        Set<String> names = added.stream().map(TensorConfig::name).collect(Collectors.toSet());
        return all.stream().filter(each -> !names.contains(each.name())).toList();
    }

    private static TensorConfig tensor(String key, String name, DataType type, List<Long> dims) {
        return new TensorConfig(key, name, type, dims, false, dims, false, false, false);
    }

    /** The type of a control's tensor; TYPE_INVALID where it is not said, or not allowed. */
    public static DataType controlType(Control control) {
        if (control.getKind() == Control.Kind.CONTROL_SEQUENCE_CORRID) {
            return control.getDataType();
        }
        if (control.getInt32FalseTrueCount() > 0) {
            return DataType.TYPE_INT32;
        }
        if (control.getFp32FalseTrueCount() > 0) {
            return DataType.TYPE_FP32;
        }
        return control.getBoolFalseTrueCount() > 0 ? DataType.TYPE_BOOL : DataType.TYPE_INVALID;
    }
}
