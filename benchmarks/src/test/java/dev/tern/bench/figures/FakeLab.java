package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A lab whose readings are computed; keeps what it was asked for, in order. */
final class FakeLab implements Lab {
    private final Function<Trial, Reading> physics;
    final List<Trial> trials = new ArrayList<>();

    FakeLab(Function<Trial, Reading> physics) {
        this.physics = physics;
    }

    @Override
    public Reading measure(Trial trial) {
        trials.add(trial);
        return physics.apply(trial);
    }

    static Reading rate(double perSecond, double perCpuSecond) {
        return new Reading(perSecond, perSecond, perSecond, perCpuSecond, 1, 1, 2, false, Map.of());
    }

    static Reading latency(double meanMillis, double p99Millis) {
        return new Reading(1_000, 1_000, 1_000, 1_000, 1, meanMillis, p99Millis, false, Map.of());
    }

    static Reading goodput(double sent, double goodput, double p99Millis) {
        return new Reading(sent, goodput, goodput, goodput, 1, 1, p99Millis, false, Map.of());
    }
}
