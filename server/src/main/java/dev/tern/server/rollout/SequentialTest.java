package dev.tern.server.rollout;

/**
 * Decides between "the scores' mean is 0 or less" and "it is the margin or more", as early as the scores allow.
 *
 * <p>Between two looks scores are only gathered; the bet is on their mean. Scores of one moment share a batch, a queue, a
 * pause: given the first of them, the mean of the others is not 0, however equal the versions are. From one look to the next
 * that is taken to be over.
 *
 * <p>Two wagers are on. One claims a mean above 0: when its capital has reached 1/falseAlarm, the scores are found worse;
 * by {@link Wager} that happens with at most the chance falseAlarm if each look's mean, given those before, is 0 or less.
 * The other claims a mean below the margin: when it has reached 1/miss, the scores hold; at most with the chance miss if
 * each look's mean is the margin or more. What lies between may go either way. What holds may still be found worse later, and as
 * {@link Wagers} begin anew, soon after it has become so.
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
    private double sum;
    private long looks;
    private double sumOfMeans;

    /** Scores since the last look. */
    private long gathered;

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

    /** Bets once on the mean of what was gathered, if anything was. */
    void look() {
        if (gathered > 0) {
            bet(sum / gathered);
            scores += gathered;
            gathered = 0;
            sum = 0;
        }
    }

    private void bet(double mean) {
        looks++;
        sumOfMeans += mean;
        worse.gain(mean);
        if (worse.capital() >= worseAt) {
            verdict = Verdict.WORSE;
        } else if (verdict == Verdict.UNDECIDED) {
            holds.gain(margin - mean);
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
                looks == 0 ? 0 : sumOfMeans / looks,
                margin,
                worse.capital(),
                worseAt,
                holds.capital(),
                holdsAt);
    }
}
