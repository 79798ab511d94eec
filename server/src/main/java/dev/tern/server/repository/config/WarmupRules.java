package dev.tern.server.repository.config;

import dev.tern.proto.inference.DataType;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelWarmup;
import java.util.Map;
import java.util.TreeMap;

/** Warm-up samples. */
final class WarmupRules {
    private WarmupRules() {}

    static void check(ModelConfig config, boolean batchSizeKnown, Problems problems) {
        int largest = batchSizeKnown ? Math.max(1, config.getMaxBatchSize()) : Integer.MAX_VALUE;
        for (int i = 0; i < config.getModelWarmupCount(); i++) {
            checkSample(config.getModelWarmup(i), "model_warmup[" + i + "]", largest, problems);
        }
    }

    private static void checkSample(ModelWarmup sample, String key, int largest, Problems problems) {
        if (sample.getBatchSize() == 0) {
            problems.warning(key + ".batch_size", "is 0: the sample '" + sample.getName() + "' is skipped");
        }
        problems.errorIf(
                Integer.compareUnsigned(sample.getBatchSize(), largest) > 0,
                key + ".batch_size",
                Integer.toUnsignedString(sample.getBatchSize()) + " is not allowed; must be from 1 to " + largest);
        for (Map.Entry<String, ModelWarmup.Input> each : new TreeMap<>(sample.getInputsMap()).entrySet()) {
            checkInput(each.getValue(), key + ".inputs[" + each.getKey() + "]", problems);
        }
    }

    private static void checkInput(ModelWarmup.Input input, String key, Problems problems) {
        problems.errorIf(
                input.getDataType() == DataType.TYPE_INVALID || input.getDataType() == DataType.UNRECOGNIZED,
                key + ".data_type",
                "must be given");
        problems.errorIf(
                input.getDimsList().stream().anyMatch(dim -> dim < 0),
                key + ".dims",
                input.getDimsList() + ": each dimension must be >= 0; data of a fixed size is made from them");
        switch (input.getInputDataTypeCase()) {
            case ZERO_DATA, RANDOM_DATA -> {}
            case INPUT_DATA_FILE ->
                problems.errorIf(
                        input.getInputDataFile().isEmpty() || !IdentityRules.staysInside(input.getInputDataFile()),
                        key + ".input_data_file",
                        "'" + input.getInputDataFile() + "' must be a file inside the model's warmup directory");
            case INPUTDATATYPE_NOT_SET ->
                problems.error(key, "needs one of zero_data, random_data and input_data_file");
        }
    }
}
