package dev.tern.server.rollout;

/**
 * Decides between "the scores' mean is 0 or less" and "it is the margin or more", as early as the scores allow.
 *
 * <p>Between two looks scores are only gathered, and there is one bet on all of them. Scores of one moment share a batch, a
 * queue, a pause: given the first of them, the mean of the others is not 0, however equal the versions are. From one look to
 * the next that is taken to be over.
 *
 * <p>Two wagers are on. One claims a mean above 0: when its capital has reached 1/falseAlarm, the scores are found worse;
 * by {@link Wager} that happens with at most the chance falseAlarm if no gain is expected to be above 0, given those before.
 * The other claims a mean below the margin: when it has reached 1/miss, the scores hold; at most with the chance miss.
 * What lies between may go either way. What holds may still be found worse later, and as {@link Wagers} begin anew, soon
 * after it has become so.
 *
 * <p>The gain of a look with n scores is their sum over D, and the other wager's (n margin - sum) / D, D being the size of
 * the largest of the {@link LookSizes#REMEMBERED} looks before it, or n if that is larger. It is not their mean: how many
 * scores a look has may go with what they are, as failures come at once and alone, successes in batches, and a mean of means
 * would count the lone ones for too much. D is known before the look wherever n is no more than that; the expected gain is
 * then that of the sum over a constant, which is 0 or less if the sum is expected to be that (or n margin and more for the
 * other wager), whatever n has to do with it; and as n is not above D, no gain is below the wager's worst loss. A look that is
 * larger than those before it counts by its mean, so for less than its share. How large one can be is not known beforehand,
 * and no test would be of use that has to reckon with any size; but of so many looks whose sizes come in no particular
 * order only one is the largest. If given its size the look's sum is as likely to be above 0 as to be as far below, as of
 * two versions that do the same and get as many requests, that look's gain is not expected to be above 0 either.
 *
 * <p>The method is testing by betting: Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting",
 * 2024.
 */
final class SequentialTest {
    private final double margin;
    private final double worseAt;
    private final double holdsAt;
    private final Wagers worse;
    private final Wager holds;
    private Verdict verdict = Verdict.UNDECIDED;
    private long scores;
    private double sumOfScores;
    private long looks;
    private final LookSizes sizes = new LookSizes();

    /** Scores since the last look, and their sum. */
    private long gathered;

    private double sum;

    /**
     * @param lowest that a score can be; below 0
     * @param highest that a score can be; above the margin
     * @param margin above 0
     * @param falseAlarm in (0, 1)
     * @param miss in (0, 1)
     */
    SequentialTest(double lowest, double highest, double margin, double falseAlarm, double miss) {
        this.margin = margin;
        this.worseAt = 1 / falseAlarm;
        this.holdsAt = 1 / miss;
        this.worse = new Wagers(-lowest);
        this.holds = new Wager(highest - margin);
    }

    /** Gathers a score until {@link #look}. */
    void add(double score) {
        if (verdict != Verdict.WORSE) {
            gathered++;
            sum += score;
        }
    }

    /** Bets once on all that was gathered, if anything was. */
    void look() {
        if (gathered > 0) {
            looks++;
            scores += gathered;
            sumOfScores += sum;
            bet(Math.max(gathered, sizes.largest()));
            sizes.add(gathered);
            gathered = 0;
            sum = 0;
        }
    }

    private void bet(long size) {
        worse.gain(sum / size);
        if (worse.capital() >= worseAt) {
            verdict = Verdict.WORSE;
        } else if (verdict == Verdict.UNDECIDED) {
            holds.gain((gathered * margin - sum) / size);
            verdict = holds.capital() >= holdsAt ? Verdict.HOLDS : Verdict.UNDECIDED;
        }
    }

    Verdict verdict() {
        return verdict;
    }

    /** Looks so far at which there was anything. */
    long looks() {
        return looks;
    }

    SignalStatus status(Signal signal) {
        return new SignalStatus(
                signal,
                verdict,
                scores,
                looks,
                scores == 0 ? 0 : sumOfScores / scores,
                margin,
                worse.capital(),
                worseAt,
                holds.capital(),
                holdsAt);
    }
}
