package dev.tern.server.traffic;

import dev.tern.server.predict.Failure;
import java.util.Map;

/**
 * What came of the copies of a model's requests since its shadow was set, or its candidate is another.
 *
 * @param candidate the number of the version that got them; 0 while none did
 * @param compared answers whose differences are numbers: those that the figures below are of
 * @param incomparable answers that differ otherwise
 * @param failures by kind, copies that were not answered, by whoever's fault
 * @param dropped requests not copied because too many copies waited
 * @param unserved requests not copied because the candidate was not served
 * @param answers at the worst of the outputs of each answer
 * @param outputs of each output, by name
 * @param primaryMeanNanos what the callers' answers took that were compared
 * @param candidateMeanNanos what the candidate's did
 */
public record ShadowState(
        long candidate,
        long compared,
        long incomparable,
        Map<Failure.Kind, Long> failures,
        long dropped,
        long unserved,
        Differences answers,
        Map<String, Differences> outputs,
        double primaryMeanNanos,
        double candidateMeanNanos) {
    /** Of a model of which nothing was copied. */
    static final ShadowState NONE = new ShadowState(0, 0, 0, Map.of(), 0, 0, Differences.NONE, Map.of(), 0, 0);

    public ShadowState {
        failures = Map.copyOf(failures);
        outputs = Map.copyOf(outputs);
    }

    /** These figures with how many requests were not copied as the candidate was not served. */
    ShadowState withUnserved(long requests) {
        return new ShadowState(
                candidate,
                compared,
                incomparable,
                failures,
                dropped,
                requests,
                answers,
                outputs,
                primaryMeanNanos,
                candidateMeanNanos);
    }

    /**
     * How far answers were apart.
     *
     * @param meanAbsolute the mean, over the answers, of their mean absolute differences
     * @param maxAbsolute the largest difference of any element
     * @param ranked how many had a rank correlation
     * @param meanRankCorrelation their mean; NaN for none
     * @param leastRankCorrelation the lowest; NaN for none
     */
    public record Differences(
            double meanAbsolute,
            double maxAbsolute,
            long ranked,
            double meanRankCorrelation,
            double leastRankCorrelation) {
        static final Differences NONE = new Differences(0, 0, 0, Double.NaN, Double.NaN);
    }
}
