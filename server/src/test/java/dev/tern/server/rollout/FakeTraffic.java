package dev.tern.server.rollout;

import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;
import java.util.ArrayList;
import java.util.List;

/** Remembers what was set. */
final class FakeTraffic implements TrafficControl {
    final List<String> set = new ArrayList<>();
    TrafficSettings inForce = TrafficSettings.NONE;
    Shadow shadow = Shadow.NONE;
    double percent;

    /** Setting it fails. */
    boolean broken;

    @Override
    public TrafficSettings inForce(String model) {
        return inForce;
    }

    @Override
    public void set(String model, long baseline, long candidate, double candidatePercent, Shadow copies) {
        if (broken) {
            throw new IllegalStateException("a defect");
        }
        percent = candidatePercent;
        shadow = copies;
        set.add(candidate + " over " + baseline + " of " + model + ": " + candidatePercent + "%, copies "
                + copies.percent() + "%");
    }
}
