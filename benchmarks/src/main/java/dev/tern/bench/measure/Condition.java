package dev.tern.bench.measure;

import dev.tern.bench.measure.Quantity.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one quantity is to keep to, such as {@code p99<20ms}; where two are compared, also how it is to relate to the other's,
 * such as {@code p99<=1.1x}.
 *
 * @param text as it was given
 * @param quantity what is judged
 * @param comparison how its value is compared with the bound
 * @param bound in the unit of the quantity's kind; of a ratio without unit
 * @param relative whether it is a ratio that is judged, B's value over A's
 */
public record Condition(String text, Quantity quantity, Comparison comparison, double bound, boolean relative) {
    private static final Pattern FORM =
            Pattern.compile("([a-z]+[0-9.]*)\\s*(<=|>=|<|>)\\s*(\\d+(?:\\.\\d+)?)\\s*(us|ms|s|%|x)?");

    /** The unit of a ratio. */
    private static final String RATIO = "x";

    /** How a value is compared with its bound. */
    public enum Comparison {
        LESS,
        AT_MOST,
        MORE,
        AT_LEAST
    }

    /**
     * Reads one condition on a value.
     *
     * @throws IllegalArgumentException for what is none, saying what is allowed
     */
    public static Condition parse(String text) {
        Condition condition = parseComparing(text);
        if (condition.relative) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a condition here (expected: a value; a ratio such as 1.1x where two are compared)");
        }
        return condition;
    }

    /**
     * Reads one condition on a value or on a ratio.
     *
     * @throws IllegalArgumentException for what is none, saying what is allowed
     */
    public static Condition parseComparing(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a condition (expected: NAME<VALUE, also <=, > or"
                    + " >=, such as p99<20ms, errors<0.1% or rate>500)");
        }
        Quantity quantity = Quantity.named(form.group(1))
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "': " + form.group(1)
                        + " is not a figure of a run (expected: " + Quantity.NAMES + ")"));
        String unit = form.group(4) == null ? "" : form.group(4);
        double bound = Double.parseDouble(form.group(3)) * scale(text, quantity, unit);
        return new Condition(text, quantity, comparison(form.group(2)), bound, unit.equals(RATIO));
    }

    /** Whether a measurement keeps to it; one that has no such figure does not. */
    public Judgement judge(Measurement measured) {
        return judge(quantity.of(measured));
    }

    /** Whether a value, or a ratio, keeps to it; NaN does not. */
    public Judgement judge(double value) {
        boolean met = switch (comparison) {
            case LESS -> value < bound;
            case AT_MOST -> value <= bound;
            case MORE -> value > bound;
            case AT_LEAST -> value >= bound;
        };
        return new Judgement(this, value, met);
    }

    private static double scale(String text, Quantity quantity, String unit) {
        return switch (unit) {
            case "us" -> allowed(text, quantity, Kind.TIME, 1e3);
            case "ms" -> allowed(text, quantity, Kind.TIME, 1e6);
            case "s" -> allowed(text, quantity, Kind.TIME, 1e9);
            case RATIO -> 1;
            case "%" -> allowed(text, quantity, Kind.SHARE, 0.01);
            default -> allowed(text, quantity, quantity.kind() == Kind.TIME ? Kind.RATE : quantity.kind(), 1);
        };
    }

    private static double allowed(String text, Quantity quantity, Kind unitOf, double scale) {
        if (quantity.kind() == unitOf) {
            return scale;
        }
        String expected = switch (quantity.kind()) {
            case TIME -> "a time with us, ms or s, such as " + quantity.name() + "<20ms";
            case SHARE -> "a share of the requests, such as " + quantity.name() + "<0.1%";
            case RATE -> "requests per second without a unit, such as " + quantity.name() + ">500";
        };
        throw new IllegalArgumentException("'" + text + "' is not a condition (expected: " + expected + ")");
    }

    private static Comparison comparison(String sign) {
        return switch (sign) {
            case "<" -> Comparison.LESS;
            case "<=" -> Comparison.AT_MOST;
            case ">" -> Comparison.MORE;
            default -> Comparison.AT_LEAST;
        };
    }
}
