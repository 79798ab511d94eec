package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementBits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The parameters by which requests of different lengths share a run. */
final class PaddingRules {
    private static final long VARIABLE = -1;

    private PaddingRules() {}

    /**
     * @param complete whether nothing will be filled in any more: until then inputs that are not listed say nothing
     */
    static void check(ModelConfig config, boolean complete, Problems problems) {
        checkLimits(config, problems);
        Map<String, String> pad = read(config, ParameterKeys.BATCHING_PAD, PaddingConfig::pad, problems);
        Map<String, String> masks = read(config, ParameterKeys.BATCHING_MASK, PaddingConfig::masks, problems);
        read(config, ParameterKeys.BATCHING_CUT, PaddingConfig::cuts, problems);
        if (!complete && config.getInputCount() == 0) {
            return;
        }
        if (complete && !pad.isEmpty()) {
            problems.errorIf(
                    config.getMaxBatchSize() < 1 || !config.hasDynamicBatching(),
                    key(ParameterKeys.BATCHING_PAD),
                    "needs max_batch_size >= 1 and dynamic_batching");
        }
        pad.forEach((name, value) -> checkPad(config, name, value, problems));
        masks.forEach((mask, source) -> checkMask(config, mask, source, pad, problems));
    }

    private static <T> Map<T, T> read(
            ModelConfig config, String name, Function<ModelConfig, Map<T, T>> reader, Problems problems) {
        try {
            return reader.apply(config);
        } catch (IllegalArgumentException e) {
            problems.error(key(name), String.valueOf(e.getMessage()));
            return Map.of();
        }
    }

    private static void checkLimits(ModelConfig config, Problems problems) {
        checkNumber(
                config,
                ParameterKeys.BATCHING_MAX_PADDED_ELEMENTS,
                text -> Long.parseLong(text) >= 1,
                "must be an integer >= 1",
                problems);
        checkNumber(
                config,
                ParameterKeys.BATCHING_MAX_PADDING_WASTE,
                text -> Double.parseDouble(text) >= 0 && Double.parseDouble(text) < 1,
                "must be a number >= 0 and < 1",
                problems);
        boolean joins = PaddingConfig.isSet(config, ParameterKeys.BATCHING_PAD)
                || TensorConfig.inputs(config).stream().anyMatch(TensorConfig::flat);
        for (String limit : List.of(
                ParameterKeys.BATCHING_MAX_PADDED_ELEMENTS,
                ParameterKeys.BATCHING_MAX_PADDING_WASTE,
                ParameterKeys.BATCHING_CUT)) {
            if (PaddingConfig.isSet(config, limit) && !joins) {
                problems.warning(key(limit), "has no effect without " + ParameterKeys.BATCHING_PAD);
            }
        }
    }

    private static void checkNumber(
            ModelConfig config, String name, Function<String, Boolean> allowed, String expected, Problems problems) {
        if (!PaddingConfig.isSet(config, name)) {
            return;
        }
        String text = PaddingConfig.text(config, name);
        boolean right;
        try {
            right = allowed.apply(text);
        } catch (NumberFormatException e) {
            right = false;
        }
        problems.errorIf(!right, key(name), "'" + text + "' is not allowed; " + expected);
    }

    private static void checkPad(ModelConfig config, String name, String value, Problems problems) {
        String key = key(ParameterKeys.BATCHING_PAD);
        Optional<TensorConfig> input = input(config, name, key, problems);
        if (input.isEmpty()) {
            return;
        }
        TensorConfig tensor = input.get();
        problems.errorIf(
                !tensor.modelDims().contains(VARIABLE),
                key,
                "'" + name + "' has no dimension that varies: its dims are " + tensor.modelDims());
        problems.errorIf(tensor.flat(), key, "'" + name + "' is ragged (allow_ragged_batch) and needs no padding");
        problems.errorIf(tensor.optional(), key, "'" + name + "' is optional and cannot be padded");
        // That an input has no valid type is another rule's.
        DataTypes.find(tensor.type()).ifPresent(type -> checkValue(name, value, type, key, problems));
    }

    private static void checkValue(String name, String value, DataType type, String key, Problems problems) {
        if (type == DataType.BYTES) {
            problems.errorIf(
                    !value.isEmpty(),
                    key,
                    "'" + name + "' holds texts, which are padded with empty ones: write nothing"
                            + " behind the colon, not '" + value + "'");
            return;
        }
        try {
            ElementBits.parse(type, value);
        } catch (NumberFormatException e) {
            problems.error(key, "'" + value + "' is no value of " + type + " input '" + name + "'; " + e.getMessage());
        }
    }

    private static void checkMask(
            ModelConfig config, String name, String from, Map<String, String> pad, Problems problems) {
        String key = key(ParameterKeys.BATCHING_MASK);
        Optional<TensorConfig> mask = input(config, name, key, problems);
        Optional<TensorConfig> source = input(config, from, key, problems);
        if (mask.isEmpty() || source.isEmpty()) {
            return;
        }
        List<Long> dims = mask.get().modelDims();
        List<Long> of = source.get().modelDims();
        problems.errorIf(name.equals(from), key, "'" + name + "' cannot be made from itself");
        problems.errorIf(
                mask.get().flat() || source.get().flat(),
                key,
                "is not possible for ragged inputs, which have no padding");
        problems.errorIf(
                DataTypes.find(mask.get().type()).filter(DataType.BYTES::equals).isPresent(),
                key,
                "'" + name + "' holds texts, not numbers");
        problems.errorIf(
                dims.size() > of.size()
                        || !of.subList(0, Math.min(dims.size(), of.size())).equals(dims),
                key,
                "'" + name + "' has dims " + dims + ", which must be those that '" + from + "' begins with: " + of);
        problems.errorIf(
                pad.containsKey(name) && !isZero(pad.get(name)),
                key,
                "'" + name + "' is 0 where others are padded, and cannot be padded with '" + pad.get(name) + "'");
    }

    private static boolean isZero(String value) {
        try {
            return value.equals("false") || Double.parseDouble(value) == 0;
        } catch (NumberFormatException e) {
            // Whether it is a value at all is another rule's.
            return true;
        }
    }

    private static Optional<TensorConfig> input(ModelConfig config, String name, String key, Problems problems) {
        List<TensorConfig> inputs = TensorConfig.inputs(config);
        List<String> names = inputs.stream().map(TensorConfig::name).toList();
        Optional<TensorConfig> found =
                inputs.stream().filter(each -> each.name().equals(name)).findFirst();
        problems.errorIf(
                found.isEmpty(),
                key,
                "'" + name + "' is no input of the model; inputs are " + String.join(", ", names)
                        + Suggestion.of(name, names));
        return found;
    }

    private static String key(String name) {
        return "parameters[" + name + "]";
    }
}
