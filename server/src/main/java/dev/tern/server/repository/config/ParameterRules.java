package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import dev.tern.server.predict.TrafficSettings;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The free-form map: our own keys must be known, the ONNX backend's must have a possible value. */
final class ParameterRules {
    private static final long HOUR_MS = 3_600_000;
    private static final long MINUTE_US = 60_000_000;
    private static final long YEAR_MS = 31_536_000_000L;

    private static final long MAX_BUCKETS = 999_999_999_999_999_999L;
    private static final long MAX_K = 1_000_000;

    private static final Set<String> BOOLEANS = Set.of("0", "1", "true", "false");

    private ParameterRules() {}

    static void check(ModelConfig config, Problems problems) {
        for (Map.Entry<String, ModelParameter> each : new TreeMap<>(config.getParametersMap()).entrySet()) {
            check(each.getKey(), each.getValue().getStringValue(), problems);
            if (each.getKey().startsWith(ParameterKeys.CACHE_PREFIX)
                    && !config.getResponseCache().getEnable()) {
                problems.warning(
                        "parameters[" + each.getKey() + "]", "has no effect without response_cache { enable: true }");
            }
            DriftRules.checkEffect(config, each.getKey(), problems);
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
        } else if (ParameterKeys.NOT_YET.contains(name)) {
            problems.warning(key, "has no effect in this version of Tern");
        } else {
            warnOfMisspelling(name, key, problems);
        }
    }

    private static void checkOwn(String name, String value, String key, Problems problems) {
        String allowed = allowed(name, value);
        if (allowed == null) {
            problems.error(key, "unknown key; known are " + known() + Suggestion.of(name, ParameterKeys.OWN));
        } else if (!allowed.isEmpty()) {
            problems.error(key, "'" + value + "' is not allowed; must be " + allowed);
        }
    }

    /** What is allowed for one of our own keys: empty if {@code value} is, null if there is no such key. */
    private static @Nullable String allowed(String name, String value) {
        if (name.startsWith(ParameterKeys.DRIFT_PREFIX)) {
            return DriftRules.allowed(name, value);
        }
        return switch (name) {
            case ParameterKeys.BATCHING_TOLERANCE -> number(value) >= 0 ? "" : "a number >= 0";
            case ParameterKeys.BATCHING_MODE ->
                value.equals("fixed") || value.equals("adaptive") ? "" : "fixed or adaptive";
            case ParameterKeys.BATCHING_LATENCY_OBJECTIVE_MS ->
                number(value) > 0 && number(value) <= HOUR_MS ? "" : "a number > 0 and <= " + HOUR_MS + " (an hour)";
            case ParameterKeys.BATCHING_LATENCY_PERCENTILE ->
                number(value) > 0 && number(value) < 100 ? "" : "a number > 0 and < 100";
            case ParameterKeys.MAX_EXECUTION_MS ->
                number(value) == 0 || (number(value) >= 1 && number(value) <= HOUR_MS)
                        ? ""
                        : "0 for any time or a number from 1 to " + HOUR_MS + " (an hour)";
            case ParameterKeys.SPLIT_LARGE_REQUESTS, ParameterKeys.CACHE_ROWS ->
                value.equals("true") || value.equals("false") ? "" : "true or false";
            case ParameterKeys.CACHE_TTL_MS ->
                isCount(value) ? "" : "a whole number >= 0, 0 for as long as there is room";
            case ParameterKeys.CACHE_SHARE -> number(value) > 0 && number(value) <= 1 ? "" : "a number > 0 and <= 1";
            case ParameterKeys.CACHE_MIN_HIT_RATIO ->
                number(value) >= 0 && number(value) <= 1 ? "" : "a number from 0, to look all requests up always, to 1";
            case ParameterKeys.CACHE_L2_BUDGET_US -> wholeNumber(value, MINUTE_US);
            case ParameterKeys.CACHE_L2_TTL_MS -> wholeNumber(value, YEAR_MS);
            case ParameterKeys.VERSION_LABELS -> VersionLabels.isAllowed(value) ? "" : VersionLabels.ALLOWED;
            case ParameterKeys.TRAFFIC_SPLIT -> TrafficConfig.isSplit(value) ? "" : TrafficSettings.SPLIT_RULE;
            case ParameterKeys.TRAFFIC_SHADOW -> TrafficConfig.isShadow(value) ? "" : TrafficSettings.SHADOW_RULE;
            case ParameterKeys.TRAFFIC_STICKY_PARAMETER -> value.isBlank() ? "the name of a request's parameter" : "";
            case ParameterKeys.TRAFFIC_STICKY_METADATA ->
                TrafficConfig.isMetadata(value) ? "" : TrafficSettings.METADATA_RULE;
            case ParameterKeys.HASH_BUCKETS -> wholeNumber(value, MAX_BUCKETS);
            case ParameterKeys.TOP_K_K -> wholeNumber(value, MAX_K);
            // PaddingRules looks at these.
            case ParameterKeys.BATCHING_PAD,
                    ParameterKeys.BATCHING_MASK,
                    ParameterKeys.BATCHING_CUT,
                    ParameterKeys.BATCHING_MAX_PADDED_ELEMENTS,
                    ParameterKeys.BATCHING_MAX_PADDING_WASTE,
                    ParameterKeys.AUTO_COMPLETED -> "";
            case ParameterKeys.ORT_SESSION_PREFIX -> null;
            default -> name.startsWith(ParameterKeys.ORT_SESSION_PREFIX) ? "" : null;
        };
    }

    private static String wholeNumber(String value, long max) {
        boolean allowed = value.matches("\\d{1,18}") && Long.parseLong(value) >= 1 && Long.parseLong(value) <= max;
        return allowed ? "" : "a whole number from 1 to " + max;
    }

    private static String known() {
        return ParameterKeys.OWN.stream()
                .filter(key -> !key.equals(ParameterKeys.AUTO_COMPLETED))
                .map(key -> key.equals(ParameterKeys.ORT_SESSION_PREFIX) ? key + "<entry>" : key)
                .collect(Collectors.joining(", "));
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

    /** The value as a number; NaN if it is none, or none that is finite. */
    static double number(String value) {
        try {
            double number = Double.parseDouble(value);
            return Double.isFinite(number) ? number : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
