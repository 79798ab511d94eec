package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.proto.inference.ModelTensorReshape;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** The configuration's inputs and outputs as the model itself declares them. */
final class FilledTensors {
    private FilledTensors() {}

    /** Optional inputs only without batching: with it they are not allowed, and the model has its own values. */
    static List<ModelInput> inputs(Signature signature, boolean batching) {
        List<ModelInput> inputs = new ArrayList<>();
        for (TensorSpec each : signature.inputs()) {
            if (batching && each.optional()) {
                continue;
            }
            ModelInput.Builder input = ModelInput.newBuilder()
                    .setName(each.name())
                    .setDataType(DataTypes.toConfig(each.type()))
                    .addAllDims(dims(each, batching))
                    .setOptional(each.optional());
            if (needsReshape(each, batching)) {
                input.setReshape(ModelTensorReshape.getDefaultInstance());
            }
            inputs.add(input.build());
        }
        return inputs;
    }

    static List<ModelOutput> outputs(Signature signature, boolean batching) {
        List<ModelOutput> outputs = new ArrayList<>();
        for (TensorSpec each : signature.outputs()) {
            ModelOutput.Builder output = ModelOutput.newBuilder()
                    .setName(each.name())
                    .setDataType(DataTypes.toConfig(each.type()))
                    .addAllDims(dims(each, batching));
            if (needsReshape(each, batching)) {
                output.setReshape(ModelTensorReshape.getDefaultInstance());
            }
            outputs.add(output.build());
        }
        return outputs;
    }

    /** {@code dims} may not be empty: a single value is {@code [ 1 ]}. */
    private static List<Long> dims(TensorSpec spec, boolean batching) {
        Shape shape = batching ? spec.shape().row() : spec.shape();
        List<Long> dims = new ArrayList<>();
        for (long dim : shape.toArray()) {
            dims.add(dim);
        }
        return dims.isEmpty() ? List.of(1L) : dims;
    }

    private static boolean needsReshape(TensorSpec spec, boolean batching) {
        return batching && spec.shape().rank() == 1;
    }
}
