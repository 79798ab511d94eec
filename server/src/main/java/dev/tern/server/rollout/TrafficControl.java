package dev.tern.server.rollout;

/** Sets what becomes of a model's requests that name no version. Quick: it is called with a lock held. */
public interface TrafficControl {
    /** The version, by number or label, that most of them go to by what is set now; empty where nothing is set. */
    String mostly(String model);

    /**
     * From the next request on, until it is set again.
     *
     * @param candidatePercent of the requests go to the candidate, 0 to 100; the others to the baseline
     * @param shadowPercent of those that the baseline answers are copied to the candidate, 0 to 100
     */
    void set(String model, long baseline, long candidate, double candidatePercent, double shadowPercent);
}
