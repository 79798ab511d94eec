package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The free-form map: our own keys must be known, the ONNX backend's must have a possible value. */
final class ParameterRules {
    private static final Set<String> BOOLEANS = Set.of("0", "1", "true", "false");

    private static final List<String> KNOWN = ParameterKeys.OWN.stream()
            .filter(each ->
                    !each.equals(ParameterKeys.ORT_SESSION_PREFIX) && !each.equals(ParameterKeys.AUTO_COMPLETED))
            .toList();

    private ParameterRules() {}

    static void check(ModelConfig config, Problems problems) {
        for (Map.Entry<String, ModelParameter> each : new TreeMap<>(config.getParametersMap()).entrySet()) {
            check(each.getKey(), each.getValue().getStringValue(), problems);
        }
    }

    private static void check(String name, String value, Problems problems) {
        String key = "parameters[" + name + "]";
        if (name.startsWith(ParameterKeys.OWN_PREFIX)) {
            checkOwn(name, value, key, problems);
        } else if (ParameterKeys.COUNTS.contains(name)) {
            problems.errorIf(!isCount(value), key, "'" + value + "' is not allowed; must be an integer >= 0");
        } else if (name.equals(ParameterKeys.EXECUTION_MODE)) {
            problems.errorIf(
                    !value.equals("0") && !value.equals("1"),
                    key,
                    "'" + value + "' is not allowed; must be 0 (sequential) or 1 (parallel)");
        } else if (ParameterKeys.SWITCHES.contains(name)) {
            problems.errorIf(
                    !BOOLEANS.contains(value.toLowerCase(Locale.ROOT)),
                    key,
                    "'" + value + "' is not allowed; must be 0, 1, true or false");
        } else if (ParameterKeys.GPU_ONLY.contains(name)) {
            problems.warning(key, "has no effect: this build of Tern runs models on the CPU");
        } else {
            warnOfMisspelling(name, key, problems);
        }
    }

    private static void checkOwn(String name, String value, String key, Problems problems) {
        if (name.equals(ParameterKeys.BATCHING_TOLERANCE)) {
            problems.errorIf(!isTolerance(value), key, "'" + value + "' is not allowed; must be a number >= 0");
        } else if (name.equals(ParameterKeys.ORT_SESSION_PREFIX)) {
            problems.error(key, "must end with the name of a session configuration entry");
        } else if (!name.startsWith(ParameterKeys.ORT_SESSION_PREFIX) && !ParameterKeys.OWN.contains(name)) {
            problems.error(
                    key,
                    "unknown key; known are " + String.join(", ", KNOWN) + " and " + ParameterKeys.ORT_SESSION_PREFIX
                            + "<entry>" + Suggestion.of(name, ParameterKeys.OWN));
        }
    }

    /** Triton allows any key, so only a near miss is worth a word. */
    private static void warnOfMisspelling(String name, String key, Problems problems) {
        String suggestion = Suggestion.of(name, ParameterKeys.TRITON);
        if (!suggestion.isEmpty() && !ParameterKeys.TRITON.contains(name)) {
            problems.warning(key, "unknown key, has no effect" + suggestion);
        }
    }

    private static boolean isCount(String value) {
        try {
            return Integer.parseInt(value) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isTolerance(String value) {
        try {
            double tolerance = Double.parseDouble(value);
            return tolerance >= 0 && Double.isFinite(tolerance);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
