package dev.tern.server.traffic;

/**
 * How a candidate's answer to a copy compares with what the caller got, at the worst of the outputs.
 *
 * @param meanAbsolute the mean over an output's elements of how far they are apart: for numbers the absolute difference, for
 *     texts and booleans 0 or 1; infinite where outputs cannot be compared, as they differ in shape or kind or a number
 *     stands against none; NaN if the candidate failed
 * @param maxAbsolute the same of the element that is furthest apart
 * @param rankCorrelation Spearman's, from -1 to 1, of an output's numbers, 0 where only one side's are all equal; NaN where
 *     there is none: fewer than three numbers, or all equal on both sides
 * @param failed whether the candidate failed by its own fault; then nothing was compared
 * @param primaryNanos how long the caller's answer took, from the decoded request on
 * @param candidateNanos the candidate's, from where it was asked, which is when nobody else wants its time
 */
public record ComparedAnswer(
        double meanAbsolute,
        double maxAbsolute,
        double rankCorrelation,
        boolean failed,
        long primaryNanos,
        long candidateNanos) {
    /** Of a candidate that failed. */
    static ComparedAnswer failed(long primaryNanos, long candidateNanos) {
        return new ComparedAnswer(Double.NaN, Double.NaN, Double.NaN, true, primaryNanos, candidateNanos);
    }

    /** Whether the differences are numbers. */
    public boolean isComparable() {
        return Double.isFinite(meanAbsolute);
    }
}
