package dev.tern.bench.measure;

/**
 * What became of a condition.
 *
 * @param condition what was asked
 * @param value what was measured, in the unit of the quantity's kind, or a ratio; NaN where there was nothing to measure
 * @param met whether it was kept
 */
public record Judgement(Condition condition, double value, boolean met) {
    /** The value for people. */
    public String valueText() {
        return condition.relative()
                ? Units.ratio(value) + "x"
                : condition.quantity().text(value);
    }
}
