package dev.tern.server.testing;

import java.util.Map;
import java.util.TreeMap;

/** Writes ensembles as {@code config.pbtxt} has them. */
public final class EnsembleText {
    private EnsembleText() {}

    /** The whole file: {@code signature} has the batch size, the inputs and the outputs. */
    public static String of(String signature, String... steps) {
        return "platform: 'ensemble' " + signature + " ensemble_scheduling { " + String.join(" ", steps) + " }";
    }

    /** A step by the newest version of {@code model}: the ensemble's tensors by the model's inputs and outputs. */
    public static String step(String model, Map<String, String> inputs, Map<String, String> outputs) {
        return step(model, -1, inputs, outputs);
    }

    public static String step(String model, long version, Map<String, String> inputs, Map<String, String> outputs) {
        return "step { model_name: '" + model + "' model_version: " + version + map("input_map", inputs)
                + map("output_map", outputs) + " }";
    }

    private static String map(String field, Map<String, String> map) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(map)
                .forEach((key, value) -> text.append(" " + field + " { key: '" + key + "' value: '" + value + "' }"));
        return text.toString();
    }
}
