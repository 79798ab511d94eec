package dev.tern.server.rollout;

import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;

/** Sets what becomes of a model's requests that name no version. Quick: it is called with a lock held. */
public interface TrafficControl {
    /** What is set now, or configured. */
    TrafficSettings inForce(String model);

    /**
     * From the next request on, until it is set again.
     *
     * @param candidatePercent of the requests go to the candidate, 0 to 100; the others to the baseline
     * @param shadow gets copies of what is answered
     */
    void set(String model, long baseline, long candidate, double candidatePercent, Shadow shadow);
}
