package dev.tern.server.boot.rollouts;

import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.rollout.TrafficControl;
import dev.tern.server.traffic.Traffic;
import java.util.List;

/** Sets the traffic's split and shadow for rollouts; what requests stick by stays as it is. Any thread. */
public final class SplitTraffic implements TrafficControl {
    private static final double ALL = 100;

    private final Traffic traffic;

    /** @param traffic whose settings are changed */
    public SplitTraffic(Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public TrafficSettings inForce(String model) {
        return traffic.settings(model);
    }

    /** The candidate is the last of the split: whoever is on it stays on it as its share grows. */
    @Override
    public void set(String model, long baseline, long candidate, double candidatePercent, Shadow shadow) {
        String version = Long.toString(candidate);
        List<Share> split = List.of(
                new Share(Long.toString(baseline), ALL - candidatePercent), new Share(version, candidatePercent));
        TrafficSettings unused =
                traffic.change(model, before -> before.withSplit(split).withShadow(shadow));
    }
}
