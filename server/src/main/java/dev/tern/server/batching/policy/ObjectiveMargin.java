package dev.tern.server.batching.policy;

import java.util.List;

/**
 * How much longer than predicted requests are taken to wait, so that as many of them keep the latency objective as are
 * to. Predictions go wrong together: on a processor that others use, too, all runs of a spell take longer, which no
 * spread of single runs tells. So the factor follows what comes out, by a step up for requests that were late and a
 * small step down for the others, which balance where the part that is late is the part that may be (as in adaptive
 * conformal inference: Gibbs and Candès, 2021).
 *
 * <p>Changed under the queue's lock; may be asked from any thread.
 */
final class ObjectiveMargin {
    /** What a run whose requests were all late adds, as a part of the factor. */
    private static final double STEP = 0.1;

    /** Beyond, it is not the prediction that is wrong. */
    private static final double MOST = 3;

    private final double latestNanos;
    private final double lateShare;
    private volatile double factor = 1;

    /** @param planned of the objective, what requests are to keep */
    ObjectiveMargin(SchedulerSettings settings, double planned) {
        this.latestNanos = settings.objectiveNanos() * planned;
        this.lateShare = 1 - settings.objectivePercentile() / 100;
    }

    double factor() {
        return factor;
    }

    /**
     * A run's requests have been answered.
     *
     * @param crowded whether more waited than the run could take: only then the prediction decided who was let in
     */
    void answered(List<? extends Waiting> requests, boolean crowded, long nowNanos) {
        if (latestNanos == 0 || requests.isEmpty()) {
            return;
        }
        double late = crowded ? (double) late(requests, nowNanos) / requests.size() : 0;
        double followed = factor * Math.exp(STEP * (late - lateShare));
        factor = Math.min(MOST, Math.max(1, followed));
    }

    private int late(List<? extends Waiting> requests, long nowNanos) {
        int late = 0;
        for (int i = 0; i < requests.size(); i++) {
            if (nowNanos - requests.get(i).enqueuedNanos() > latestNanos) {
                late++;
            }
        }
        return late;
    }
}
