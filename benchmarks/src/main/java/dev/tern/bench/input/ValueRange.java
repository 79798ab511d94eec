package dev.tern.bench.input;

/**
 * From where to where values are drawn, uniformly: whole numbers with both ends, floats without the upper one.
 *
 * @param low the smallest value
 * @param high the largest whole number, or what floats stay below
 */
public record ValueRange(double low, double high) {
    static final ValueRange UNIT = new ValueRange(0, 1);
    static final ValueRange SMALL = new ValueRange(0, 9);
    static final ValueRange ONES = new ValueRange(1, 1);

    boolean isWhole() {
        return low == Math.rint(low) && high == Math.rint(high);
    }
}
