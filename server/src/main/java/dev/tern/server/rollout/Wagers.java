package dev.tern.server.rollout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * As one {@link Wager}, but never so poor that it could not tell when things change: it puts aside a part of its capital,
 * and begins again with some of that after every fifty gains, which is five seconds of looks.
 *
 * <p>The n-th wager gets 1/(n (n+1)) of the capital, which all of them together do not use up; that is fixed in advance,
 * so that Ville's inequality holds for the sum. What all but the richest few have is given up, which only makes the sum
 * less.
 */
final class Wagers {
    private static final int BETWEEN = 50;
    private static final int MOST = 8;

    private final double worstLoss;
    private final List<Part> parts = new ArrayList<>();
    private double aside = 1;
    private double capital = 1;
    private long gains;

    private record Part(double share, Wager wager) {
        double capital() {
            return share * wager.capital();
        }
    }

    /** @param worstLoss the most that one gain can be below 0; above 0 */
    Wagers(double worstLoss) {
        this.worstLoss = worstLoss;
    }

    void gain(double gain) {
        if (gains % BETWEEN == 0) {
            begin(gains / BETWEEN + 1);
        }
        gains++;
        double sum = aside;
        for (Part part : parts) {
            part.wager().gain(gain);
            sum += part.capital();
        }
        capital = sum;
    }

    private void begin(long number) {
        if (parts.size() == MOST) {
            parts.remove(parts.stream()
                    .min(Comparator.comparingDouble(Part::capital))
                    .orElseThrow());
        }
        double share = 1.0 / (number * (number + 1));
        aside -= share;
        parts.add(new Part(share, new Wager(worstLoss)));
    }

    /** Times what it began with. */
    double capital() {
        return capital;
    }
}
