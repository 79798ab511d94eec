package dev.tern.server.repository.config;

import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Inputs and outputs: names, types, dims and reshapes. */
final class TensorRules {
    private static final long VARIABLE = -1;

    private TensorRules() {}

    static void check(ModelConfig config, boolean batchSizeKnown, Problems problems) {
        boolean mayBatch = config.getMaxBatchSize() > 0 || !batchSizeKnown;
        checkAll(TensorConfig.inputs(config), mayBatch, problems);
        checkAll(TensorConfig.outputs(config), mayBatch, problems);
        for (int i = 0; i < config.getInputCount(); i++) {
            checkInput(config.getInput(i), "input[" + i + "]", config.getMaxBatchSize() > 0, problems);
        }
        for (int i = 0; i < config.getOutputCount(); i++) {
            ModelOutput output = config.getOutput(i);
            problems.errorIf(
                    !IdentityRules.staysInside(output.getLabelFilename()),
                    "output[" + i + "].label_filename",
                    "'" + output.getLabelFilename() + "' must be a file inside the model's directory");
        }
    }

    private static void checkAll(List<TensorConfig> tensors, boolean mayBatch, Problems problems) {
        Set<String> names = new HashSet<>();
        for (TensorConfig tensor : tensors) {
            problems.errorIf(tensor.name().isEmpty(), tensor.key() + ".name", "must be given");
            problems.errorIf(
                    !names.add(tensor.name()),
                    tensor.key() + ".name",
                    "'" + tensor.name() + "' is listed twice; names must differ");
            problems.errorIf(
                    tensor.type() == DataType.TYPE_INVALID || tensor.type() == DataType.UNRECOGNIZED,
                    tensor.key() + ".data_type",
                    "must be given for '" + tensor.name() + "'");
            checkDims(tensor, problems);
            if (tensor.reshaped()) {
                checkReshape(tensor, mayBatch, problems);
            }
            problems.errorIf(
                    tensor.forTensorRt(),
                    tensor.key(),
                    "is_shape_tensor and is_non_linear_format_io are only for TensorRT models");
        }
    }

    private static void checkDims(TensorConfig tensor, Problems problems) {
        problems.errorIf(tensor.dims().isEmpty(), tensor.key() + ".dims", "must be given for '" + tensor.name() + "'");
        problems.errorIf(
                tensor.dims().stream().anyMatch(TensorRules::impossible),
                tensor.key() + ".dims",
                tensor.dims() + ": each dimension must be >= 1, or -1 for one that varies");
    }

    private static void checkReshape(TensorConfig tensor, boolean mayBatch, Problems problems) {
        String key = tensor.key() + ".reshape";
        List<Long> shape = tensor.modelDims();
        if (shape.isEmpty()) {
            problems.errorIf(
                    !mayBatch || !tensor.dims().equals(List.of(1L)),
                    key,
                    "an empty shape is allowed only for dims [ 1 ] of a model with max_batch_size > 0");
        } else if (shape.stream().anyMatch(TensorRules::impossible)) {
            problems.error(key, shape + ": each dimension must be >= 1, or -1 for one that varies");
        } else if (!chunks(shape).equals(chunks(tensor.dims()))) {
            problems.error(
                    key,
                    "shape " + shape + " and dims " + tensor.dims() + " of '" + tensor.name()
                            + "' must have the same number of elements, between variable dimensions too");
        }
    }

    private static void checkInput(ModelInput input, String key, boolean batching, Problems problems) {
        problems.errorIf(
                input.getFormat() != ModelInput.Format.FORMAT_NONE && input.getDimsCount() != 3,
                key + ".format",
                input.getFormat() + " needs 3 dims, got " + input.getDimsList());
        problems.errorIf(
                input.getOptional() && batching,
                key + ".optional",
                "optional inputs are possible only with max_batch_size 0");
    }

    private static boolean impossible(long dim) {
        return dim < 1 && dim != VARIABLE;
    }

    /** Element counts of the runs of fixed dimensions between the variable ones; a saturated product cannot match. */
    private static List<Long> chunks(List<Long> dims) {
        List<Long> chunks = new ArrayList<>();
        long product = 1;
        for (long dim : dims) {
            if (dim == VARIABLE) {
                chunks.add(product);
                product = 1;
            } else {
                product = multiplied(product, dim);
            }
        }
        chunks.add(product);
        return chunks;
    }

    private static long multiplied(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
    }
}
