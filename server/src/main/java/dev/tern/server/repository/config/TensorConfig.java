package dev.tern.server.repository.config;

import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.proto.inference.ModelTensorReshape;
import dev.tern.server.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What inputs and outputs have in common.
 *
 * @param key where it stands in the file, as {@code input[0]}
 * @param dims the request's dimensions, without the batch
 * @param reshaped whether the model sees {@code modelDims} rather than {@code dims}
 * @param modelDims the model's dimensions, without the batch
 * @param flat whether the model has all requests' elements in one dimension: a ragged input, an output scattered like one
 * @param forTensorRt whether it uses a field that only TensorRT models have
 */
record TensorConfig(
        String key,
        String name,
        DataType type,
        List<Long> dims,
        boolean reshaped,
        List<Long> modelDims,
        boolean optional,
        boolean flat,
        boolean forTensorRt) {

    static List<TensorConfig> inputs(ModelConfig config) {
        List<TensorConfig> all = new ArrayList<>();
        for (ModelInput each : config.getInputList()) {
            all.add(new TensorConfig(
                    "input[" + all.size() + "]",
                    each.getName(),
                    each.getDataType(),
                    each.getDimsList(),
                    each.hasReshape(),
                    modelDims(each.hasReshape(), each.getReshape(), each.getDimsList()),
                    each.getOptional(),
                    each.getAllowRaggedBatch(),
                    each.getIsShapeTensor() || each.getIsNonLinearFormatIo()));
        }
        return all;
    }

    static List<TensorConfig> outputs(ModelConfig config) {
        Set<String> scattered = config.getBatchOutputList().stream()
                .flatMap(each -> each.getTargetNameList().stream())
                .collect(Collectors.toSet());
        List<TensorConfig> all = new ArrayList<>();
        for (ModelOutput each : config.getOutputList()) {
            all.add(new TensorConfig(
                    "output[" + all.size() + "]",
                    each.getName(),
                    each.getDataType(),
                    each.getDimsList(),
                    each.hasReshape(),
                    modelDims(each.hasReshape(), each.getReshape(), each.getDimsList()),
                    false,
                    scattered.contains(each.getName()),
                    each.getIsShapeTensor() || each.getIsNonLinearFormatIo()));
        }
        return all;
    }

    /** The shape that the model is run with, led by the batch dimension if there is one. */
    Shape modelShape(boolean batching) {
        return flat ? Shape.of(Shape.VARIABLE) : shape(modelDims, batching);
    }

    /** The shape that requests and responses have, led by the batch dimension if there is one. */
    Shape wireShape(boolean batching) {
        return shape(dims, batching);
    }

    private static List<Long> modelDims(boolean reshaped, ModelTensorReshape reshape, List<Long> dims) {
        return reshaped ? reshape.getShapeList() : dims;
    }

    private static Shape shape(List<Long> dims, boolean batching) {
        Shape row = Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
        return batching ? row.rows(Shape.VARIABLE) : row;
    }
}
