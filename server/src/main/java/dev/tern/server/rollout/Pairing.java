package dev.tern.server.rollout;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Pairs the candidate's outcomes with the baseline's of the same moment, each used once, drawn by chance.
 *
 * <p>By chance, since any rule by order may favour a side: the last outcome before another one, say, is more often one
 * before a pause. Of two versions that do the same, either half of a pair drawn by chance is as likely to be the larger,
 * whatever the load does meanwhile. Where only one side has outcomes they wait for the other's, not long and not many.
 */
final class Pairing {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_WAITING = 64;
    private static final long[] NONE = {};

    private final RandomGenerator random;
    private long[] baseline = NONE;
    private long[] candidate = NONE;
    private long waitingSince;

    /** Takes a pair. */
    interface Pairs {
        void pair(long ofBaseline, long ofCandidate);
    }

    Pairing(RandomGenerator random) {
        this.random = random;
    }

    /** Pairs what has come, as far as it goes; {@code now} is on the clock's scale. */
    void add(long now, long[] ofBaseline, long[] ofCandidate, Pairs pairs) {
        if (isWaiting() && now - waitingSince > PATIENCE_NANOS) {
            clear();
        }
        boolean waited = isWaiting();
        baseline = joined(baseline, ofBaseline);
        candidate = joined(candidate, ofCandidate);
        int count = Math.min(baseline.length, candidate.length);
        if (count == 0) {
            waitingSince = waited ? waitingSince : now;
            baseline = last(baseline);
            candidate = last(candidate);
            return;
        }
        draw(baseline, count);
        draw(candidate, count);
        for (int i = 0; i < count; i++) {
            pairs.pair(baseline[i], candidate[i]);
        }
        clear();
    }

    void clear() {
        baseline = NONE;
        candidate = NONE;
    }

    private boolean isWaiting() {
        return baseline.length + candidate.length > 0;
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

    private static long[] joined(long[] before, long[] more) {
        if (before.length == 0) {
            return more;
        }
        long[] joined = Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, joined, before.length, more.length);
        return joined;
    }

    private static long[] last(long[] outcomes) {
        return outcomes.length <= MOST_WAITING
                ? outcomes
                : Arrays.copyOfRange(outcomes, outcomes.length - MOST_WAITING, outcomes.length);
    }
}
