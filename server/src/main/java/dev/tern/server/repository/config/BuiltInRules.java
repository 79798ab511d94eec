package dev.tern.server.repository.config;

import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import java.util.List;

/** Inputs, outputs and parameters of the models of Tern's own. */
final class BuiltInRules {
    private BuiltInRules() {}

    static void checkTopK(ModelConfig config, Problems problems) {
        needs(config, ParameterKeys.TOP_K_K, problems);
        List<TensorConfig> inputs = TensorConfig.inputs(config);
        List<TensorConfig> outputs = TensorConfig.outputs(config);
        problems.errorIf(inputs.size() != 2, "input", "must be two: the scores, then their ids");
        problems.errorIf(outputs.size() != 2, "output", "must be two: the best scores, then their ids");
        if (inputs.size() != 2 || outputs.size() != 2) {
            return;
        }
        isOf(DataType.TYPE_FP32, inputs.get(0), problems);
        isOf(DataType.TYPE_FP32, outputs.get(0), problems);
        isOf(inputs.get(1).type(), outputs.get(1), problems);
        for (TensorConfig input : inputs) {
            isAsGiven(input, problems);
            problems.errorIf(
                    input.dims().stream().filter(dim -> dim != 1).count() > 1,
                    input.key() + ".dims",
                    input.dims() + ": only one dimension may be other than 1, that of the candidates");
        }
        for (TensorConfig output : outputs) {
            isAsGiven(output, problems);
            problems.errorIf(
                    !output.dims().equals(List.of(-1L)),
                    output.key() + ".dims",
                    output.dims() + ": must be [ -1 ], as there may be fewer candidates than are wanted");
        }
    }

    static void checkHash(ModelConfig config, Problems problems) {
        needs(config, ParameterKeys.HASH_BUCKETS, problems);
        List<TensorConfig> inputs = TensorConfig.inputs(config);
        List<TensorConfig> outputs = TensorConfig.outputs(config);
        problems.errorIf(inputs.size() != 1, "input", "must be one: the texts");
        problems.errorIf(outputs.size() != 1, "output", "must be one: their numbers");
        if (inputs.size() != 1 || outputs.size() != 1) {
            return;
        }
        isOf(DataType.TYPE_STRING, inputs.get(0), problems);
        isOf(DataType.TYPE_INT64, outputs.get(0), problems);
        isAsGiven(inputs.get(0), problems);
        isAsGiven(outputs.get(0), problems);
        problems.errorIf(
                !outputs.get(0).dims().equals(inputs.get(0).dims()),
                "output[0].dims",
                outputs.get(0).dims() + " must be those of the input, "
                        + inputs.get(0).dims());
    }

    private static void needs(ModelConfig config, String parameter, Problems problems) {
        problems.errorIf(!config.containsParameters(parameter), "parameters[" + parameter + "]", "must be given");
    }

    private static void isOf(DataType type, TensorConfig tensor, Problems problems) {
        problems.errorIf(
                tensor.type() != type, tensor.key() + ".data_type", tensor.type() + " is not allowed; must be " + type);
    }

    private static void isAsGiven(TensorConfig tensor, Problems problems) {
        problems.errorIf(tensor.reshaped(), tensor.key() + ".reshape", "is only for models with an ONNX file");
        problems.errorIf(tensor.optional(), tensor.key() + ".optional", "is only for models with an ONNX file");
    }
}
