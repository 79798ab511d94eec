package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.proto.inference.ModelWarmup;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Dims with and without the batch dimension: telling them apart, and turning the latter into the former. */
final class FullShapes {
    private static final List<Long> ONE = List.of(1L);
    private static final List<Long> VARIABLE = List.of(-1L);

    private FullShapes() {}

    /**
     * Whether the dims that a file gives list every dimension of the model's tensors: its author counted the first one
     * as an ordinary dimension and wants no batching.
     */
    static boolean areGiven(ModelConfig given, Signature signature) {
        Map<String, TensorSpec> specs = Stream.of(signature.inputs(), signature.outputs())
                .flatMap(Collection::stream)
                .collect(Collectors.toMap(TensorSpec::name, Function.identity(), (first, second) -> first));
        return Stream.of(TensorConfig.inputs(given), TensorConfig.outputs(given))
                .flatMap(Collection::stream)
                .anyMatch(each -> isFull(each, specs));
    }

    /** Puts the batch dimension in front of every dims and reshape, and a batch of one in front of warm-up data. */
    static void widen(ModelConfig.Builder config) {
        for (ModelInput.Builder input : config.getInputBuilderList()) {
            List<Long> dims = List.copyOf(input.getDimsList());
            input.clearDims().addAllDims(VARIABLE).addAllDims(dims);
            if (input.hasReshape()) {
                List<Long> shape = List.copyOf(input.getReshape().getShapeList());
                input.getReshapeBuilder().clearShape().addAllShape(VARIABLE).addAllShape(shape);
            }
        }
        for (ModelOutput.Builder output : config.getOutputBuilderList()) {
            List<Long> dims = List.copyOf(output.getDimsList());
            output.clearDims().addAllDims(VARIABLE).addAllDims(dims);
            if (output.hasReshape()) {
                List<Long> shape = List.copyOf(output.getReshape().getShapeList());
                output.getReshapeBuilder().clearShape().addAllShape(VARIABLE).addAllShape(shape);
            }
        }
        for (ModelWarmup.Builder sample : config.getModelWarmupBuilderList()) {
            widen(sample);
        }
    }

    private static void widen(ModelWarmup.Builder sample) {
        sample.setBatchSize(Math.min(1, sample.getBatchSize()));
        for (Map.Entry<String, ModelWarmup.Input> each : new LinkedHashMap<>(sample.getInputsMap()).entrySet()) {
            ModelWarmup.Input input = each.getValue();
            sample.putInputs(
                    each.getKey(),
                    input.toBuilder()
                            .clearDims()
                            .addAllDims(ONE)
                            .addAllDims(input.getDimsList())
                            .build());
        }
    }

    private static boolean isFull(TensorConfig tensor, Map<String, TensorSpec> specs) {
        TensorSpec spec = specs.get(tensor.name());
        return spec != null && tensor.modelDims().size() == spec.shape().rank();
    }
}
