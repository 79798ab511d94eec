package dev.tern.server.rollout;

import java.util.Locale;

/**
 * How far one signal's test has come in the step that is under way.
 *
 * @param pairs outcomes of both versions that were held against each other, or answers that were compared
 * @param looks at which there were any; each is one bet, on the sum of its scores
 * @param meanScore of the pairs: 0 or less for a candidate that is not worse
 * @param margin the mean score that counts as worse
 * @param worse evidence that the candidate is worse: a capital that began at 1
 * @param worseAt when that is believed
 * @param holds evidence that it is not worse by the margin
 * @param holdsAt when that is believed
 */
public record SignalStatus(
        Signal signal,
        Verdict verdict,
        long pairs,
        long looks,
        double meanScore,
        double margin,
        double worse,
        double worseAt,
        double holds,
        double holdsAt) {
    /** In a few words, for the log. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%s %s (%d pairs in %d looks, mean %.4f of %.4f, worse %.3g of %.3g, holds %.3g of %.3g)",
                signal.word(),
                verdict.name().toLowerCase(Locale.ROOT),
                pairs,
                looks,
                meanScore,
                margin,
                worse,
                worseAt,
                holds,
                holdsAt);
    }
}
