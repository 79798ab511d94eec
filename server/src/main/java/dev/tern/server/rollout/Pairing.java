package dev.tern.server.rollout;

import java.util.random.RandomGenerator;

/**
 * Pairs the candidate's outcomes with the baseline's of the same look, each used once, drawn by chance.
 *
 * <p>By chance, since any rule by order may favour a side: the last outcome before another one, say, is more often one
 * before a pause. Of two versions that do the same, either half of a pair drawn by chance is as likely to be the larger,
 * whatever the load does meanwhile. What finds no other half is dropped: it is of another moment than what comes later.
 */
final class Pairing {
    private final RandomGenerator random;

    /** Takes a pair. */
    interface Pairs {
        void pair(long ofBaseline, long ofCandidate);
    }

    Pairing(RandomGenerator random) {
        this.random = random;
    }

    /** Pairs as many as there are of both; the arrays are changed. */
    void add(long[] ofBaseline, long[] ofCandidate, Pairs pairs) {
        int count = Math.min(ofBaseline.length, ofCandidate.length);
        draw(ofBaseline, count);
        draw(ofCandidate, count);
        for (int i = 0; i < count; i++) {
            pairs.pair(ofBaseline[i], ofCandidate[i]);
        }
    }

    /** Puts {@code count} of them, drawn by chance, first. */
    private void draw(long[] outcomes, int count) {
        for (int i = 0; i < count; i++) {
            int drawn = i + random.nextInt(outcomes.length - i);
            long outcome = outcomes[drawn];
            outcomes[drawn] = outcomes[i];
            outcomes[i] = outcome;
        }
    }
}
