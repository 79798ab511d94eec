package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;
import dev.tern.proto.inference.ModelOutput;
import dev.tern.proto.inference.ModelParameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a configuration's parameters say about requests of different lengths.
 *
 * @param pad inputs to fill up and the value in decimal, by name; empty for texts
 * @param masks inputs to make where a request leaves them out, and the input each is made from
 * @param cuts dimensions of outputs and the dimension of an input whose length each has
 * @param maxPaddedElements of one run: its rows times their padded length; 0 for no limit
 * @param maxPaddingWaste how much of a row may be padding, as a share of the padded row; at least 0, less than 1
 */
public record PaddingConfig(
        Map<String, String> pad,
        Map<String, String> masks,
        Map<Dimension, Dimension> cuts,
        long maxPaddedElements,
        double maxPaddingWaste) {
    /** Buckets a third longer at their end than at their start: few enough to fill batches, at a bounded cost. */
    public static final double DEFAULT_MAX_PADDING_WASTE = 0.25;

    private static final Pattern WITH_AXIS = Pattern.compile("(.+)\\[(\\d{1,3})]");

    public PaddingConfig {
        pad = Map.copyOf(pad);
        masks = Map.copyOf(masks);
        cuts = Map.copyOf(cuts);
    }

    /**
     * One dimension of a tensor, written {@code name[axis]}, the batch dimension being 0.
     *
     * @param axis {@link #FIRST_VARIABLE} where only the name is written
     */
    public record Dimension(String tensor, int axis) {
        public static final int FIRST_VARIABLE = -1;

        static Dimension parse(String text) {
            Matcher matcher = WITH_AXIS.matcher(text);
            return matcher.matches()
                    ? new Dimension(matcher.group(1), Integer.parseInt(matcher.group(2)))
                    : new Dimension(text, FIRST_VARIABLE);
        }

        @Override
        public String toString() {
            return axis == FIRST_VARIABLE ? tensor : tensor + "[" + axis + "]";
        }
    }

    /** Reads a configuration that was checked. */
    public static PaddingConfig of(ModelConfig config) {
        return new PaddingConfig(
                pad(config),
                masks(config),
                cuts(config),
                isSet(config, ParameterKeys.BATCHING_MAX_PADDED_ELEMENTS)
                        ? Long.parseLong(text(config, ParameterKeys.BATCHING_MAX_PADDED_ELEMENTS))
                        : 0,
                isSet(config, ParameterKeys.BATCHING_MAX_PADDING_WASTE)
                        ? Double.parseDouble(text(config, ParameterKeys.BATCHING_MAX_PADDING_WASTE))
                        : DEFAULT_MAX_PADDING_WASTE);
    }

    /** The configuration without padding: requests share a run only if their shapes agree. Masks are made all the same. */
    public static ModelConfig withoutPadding(ModelConfig config) {
        return config.toBuilder()
                .removeParameters(ParameterKeys.BATCHING_PAD)
                .removeParameters(ParameterKeys.BATCHING_CUT)
                .removeParameters(ParameterKeys.BATCHING_MAX_PADDED_ELEMENTS)
                .removeParameters(ParameterKeys.BATCHING_MAX_PADDING_WASTE)
                .build();
    }

    static Map<String, String> pad(ModelConfig config) {
        return isSet(config, ParameterKeys.BATCHING_PAD)
                ? NamePairs.nameAndValue(text(config, ParameterKeys.BATCHING_PAD))
                : Map.of();
    }

    static Map<String, String> masks(ModelConfig config) {
        List<String> inputs =
                config.getInputList().stream().map(ModelInput::getName).toList();
        return isSet(config, ParameterKeys.BATCHING_MASK)
                ? NamePairs.names(text(config, ParameterKeys.BATCHING_MASK), inputs, inputs)
                : Map.of();
    }

    static Map<Dimension, Dimension> cuts(ModelConfig config) {
        if (!isSet(config, ParameterKeys.BATCHING_CUT)) {
            return Map.of();
        }
        List<String> outputs =
                config.getOutputList().stream().map(ModelOutput::getName).toList();
        List<String> inputs =
                config.getInputList().stream().map(ModelInput::getName).toList();
        Map<Dimension, Dimension> cuts = new LinkedHashMap<>();
        NamePairs.names(text(config, ParameterKeys.BATCHING_CUT), outputs, inputs)
                .forEach((output, input) -> cuts.put(Dimension.parse(output), Dimension.parse(input)));
        return cuts;
    }

    static boolean isSet(ModelConfig config, String key) {
        return config.containsParameters(key);
    }

    static String text(ModelConfig config, String key) {
        return config.getParametersOrDefault(key, ModelParameter.getDefaultInstance())
                .getStringValue();
    }
}
