package dev.tern.server.repository.config;

import static dev.tern.server.repository.config.ParameterRules.number;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The keys about drift. */
final class DriftRules {
    private static final int LEAST_REFERENCE = 500;
    private static final int MOST_REFERENCE = 50_000;
    private static final int LEAST_WINDOW = 100;
    private static final int MOST_WINDOW = 10_000;
    private static final double LEAST_RATE = 1e-9;
    private static final double MOST_RATE = 0.5;

    private DriftRules() {}

    /** What is allowed for {@code name}: empty if {@code value} is, null if there is no such key. */
    static @Nullable String allowed(String name, String value) {
        return switch (name) {
            case ParameterKeys.DRIFT_MONITOR -> value.equals("true") || value.equals("false") ? "" : "true or false";
            case ParameterKeys.DRIFT_SAMPLE -> number(value) > 0 && number(value) <= 1 ? "" : "a number > 0 and <= 1";
            case ParameterKeys.DRIFT_REFERENCE -> whole(value, LEAST_REFERENCE, MOST_REFERENCE);
            case ParameterKeys.DRIFT_WINDOW -> whole(value, LEAST_WINDOW, MOST_WINDOW);
            case ParameterKeys.DRIFT_FEATURES ->
                Arrays.stream(value.split(",", -1)).noneMatch(String::isBlank)
                        ? ""
                        : "inputs, outputs and columns of them, as x[3],score";
            case ParameterKeys.DRIFT_FALSE_ALARM_RATE ->
                number(value) >= LEAST_RATE && number(value) <= MOST_RATE
                        ? ""
                        : "a number from " + LEAST_RATE + " to " + MOST_RATE;
            case ParameterKeys.DRIFT_KS_THRESHOLD ->
                number(value) >= 0 && number(value) <= 1 ? "" : "a number from 0 to 1";
            case ParameterKeys.DRIFT_PSI_THRESHOLD -> number(value) >= 0 ? "" : "a number >= 0";
            default -> null;
        };
    }

    private static String whole(String value, int least, int most) {
        boolean allowed =
                value.matches("\\d{1,9}") && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most;
        return allowed ? "" : "a whole number from " + least + " to " + most;
    }

    /** Warns of a key about drift of a model that is not watched. */
    static void checkEffect(ModelConfig config, String name, Problems problems) {
        boolean watched = config.getParametersOrDefault(
                        ParameterKeys.DRIFT_MONITOR, ModelParameter.getDefaultInstance())
                .getStringValue()
                .equals("true");
        if (name.startsWith(ParameterKeys.DRIFT_PREFIX) && !name.equals(ParameterKeys.DRIFT_MONITOR) && !watched) {
            problems.warning(
                    "parameters[" + name + "]", "has no effect without " + ParameterKeys.DRIFT_MONITOR + " true");
        }
    }
}
