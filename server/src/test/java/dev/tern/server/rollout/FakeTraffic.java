package dev.tern.server.rollout;

import java.util.ArrayList;
import java.util.List;

/** Remembers what was set. */
final class FakeTraffic implements TrafficControl {
    final List<String> set = new ArrayList<>();
    String mostly = "";
    double percent;
    double shadowPercent;

    @Override
    public String mostly(String model) {
        return mostly;
    }

    @Override
    public void set(String model, long baseline, long candidate, double candidatePercent, double shadow) {
        percent = candidatePercent;
        shadowPercent = shadow;
        set.add(candidate + " over " + baseline + " of " + model + ": " + candidatePercent + "%, copies " + shadow
                + "%");
    }
}
