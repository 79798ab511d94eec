package dev.tern.bench.simulator;

import dev.tern.server.batching.policy.Waiting;
import java.util.SplittableRandom;

/**
 * How long callers wait for an answer.
 *
 * @param nanos the time, or its mean; 0 for ever
 * @param exponential whether it differs from caller to caller, exponentially
 */
public record Patience(long nanos, boolean exponential) {
    private static final String EXPONENTIAL = "exp:";

    /** Reads {@code 20ms}, {@code exp:20ms} or {@code none}. */
    public static Patience parse(String text) {
        if (text.equals("none")) {
            return new Patience(0, false);
        }
        boolean exponential = text.startsWith(EXPONENTIAL);
        return new Patience(Spans.parse(exponential ? text.substring(EXPONENTIAL.length()) : text), exponential);
    }

    long deadline(long now, SplittableRandom random) {
        if (nanos == 0) {
            return Waiting.NO_DEADLINE;
        }
        return now + (exponential ? (long) (-Math.log1p(-random.nextDouble()) * nanos) : nanos);
    }

    @Override
    public String toString() {
        return nanos == 0 ? "none" : (exponential ? EXPONENTIAL : "") + Spans.text(nanos);
    }
}
