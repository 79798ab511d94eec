package dev.tern.server.rollout;

/**
 * When an answer of the candidate counts as too far from the baseline's, and how many may be.
 *
 * @param maxMeanAbsolute highest mean absolute difference of an answer; infinite for any
 * @param minRankCorrelation lowest rank correlation of an answer; negative infinity for any
 * @param allowedShare of answers that may be beyond that: up to this the candidate is not worse
 * @param foundShare from which on it counts as worse
 */
public record AnswerRule(double maxMeanAbsolute, double minRankCorrelation, double allowedShare, double foundShare) {
    /** Of a rule that does not say. */
    public static final double ALLOWED_SHARE = 0.01;

    /** Of a rule that does not say. */
    public static final double FOUND_SHARE = 0.05;

    public AnswerRule {
        Expected.that("max mean absolute difference", maxMeanAbsolute, maxMeanAbsolute >= 0, "0 or more");
        Expected.that(
                "min rank correlation",
                minRankCorrelation,
                minRankCorrelation <= 1 && (minRankCorrelation >= -1 || Double.isInfinite(minRankCorrelation)),
                "-1 to 1");
        Expected.that("allowed share", allowedShare, allowedShare > 0 && allowedShare < 1, "above 0, below 1");
        Expected.that(
                "found share",
                foundShare,
                foundShare > allowedShare && foundShare < 1,
                "above the allowed share, which is " + allowedShare + ", below 1");
    }

    private boolean isOfRanks() {
        return !Double.isInfinite(minRankCorrelation);
    }

    /** Whether answers need a rank correlation to be judged by this. */
    boolean isOfRanksAlone() {
        return isOfRanks() && Double.isInfinite(maxMeanAbsolute);
    }

    /**
     * How one answer counts. A correlation that is no number says nothing; a difference that is none is too large, and an
     * infinite one, of answers that cannot be compared, is so whatever is allowed.
     */
    long judge(double meanAbsolute, double rankCorrelation) {
        if (Double.isInfinite(meanAbsolute)) {
            return Outcome.BEYOND;
        }
        boolean byDifference = !Double.isInfinite(maxMeanAbsolute);
        boolean byRank = isOfRanks() && !Double.isNaN(rankCorrelation);
        boolean near = byDifference && meanAbsolute <= maxMeanAbsolute;
        if ((byDifference && !near) || (byRank && rankCorrelation < minRankCorrelation)) {
            return Outcome.BEYOND;
        }
        return byDifference || byRank ? Outcome.WITHIN : Outcome.NOT_COMPARED;
    }
}
