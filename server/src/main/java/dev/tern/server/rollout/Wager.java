package dev.tern.server.rollout;

import java.util.Arrays;

/**
 * The capital of a gambler who stakes a part of it, again and again, on gains whose mean he claims to be above 0.
 *
 * <p>A stake s turns a capital of c into c (1 + s gain). If the mean of each gain, given all before it, is 0 or less, the
 * capital is expected to shrink whatever s is, and by Ville's inequality the chance that it EVER reaches a times what it
 * began with is at most 1/a: one may look after every gain and stop at any. The best stake is not known, so that the
 * capital is shared out equally over stakes, each half of the one before; their sum has the same property.
 */
final class Wager {
    private static final int STAKES = 8;

    /** Of the highest stake that cannot lose everything at once. */
    private static final double HIGHEST = 0.99;

    private final double[] stakes = new double[STAKES];
    private final double[] capitals = new double[STAKES];
    private double capital = 1;

    /** @param worstLoss the most that one gain can be below 0; above 0 */
    Wager(double worstLoss) {
        for (int i = 0; i < STAKES; i++) {
            stakes[i] = HIGHEST / worstLoss / (1 << i);
        }
        Arrays.fill(capitals, 1);
    }

    void gain(double gain) {
        double sum = 0;
        for (int i = 0; i < STAKES; i++) {
            capitals[i] *= 1 + stakes[i] * gain;
            sum += capitals[i];
        }
        capital = sum / STAKES;
    }

    /** Times what it began with. */
    double capital() {
        return capital;
    }
}
