package dev.tern.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** From 0 to a round number. */
public final class LinearScale implements Scale {
    private static final int STEPS = 5;
    /** By this part of a step values may lie beyond the end, before another step is added for them. */
    private static final double SPILL = 0.02;

    private final double step;
    private final int steps;
    private final DoubleFunction<String> label;

    private LinearScale(double step, int steps, DoubleFunction<String> label) {
        this.step = step;
        this.steps = steps;
        this.label = label;
    }

    /** Reaches this value; what is not more than 0 is taken for 1. */
    public static LinearScale upTo(double largest, DoubleFunction<String> label) {
        double reached = largest > 0 && Double.isFinite(largest) ? largest : 1;
        double step = Round.upTo(reached / STEPS);
        return new LinearScale(step, (int) Math.ceil(reached / step - SPILL), label);
    }

    @Override
    public double place(double value) {
        return value / (step * steps);
    }

    @Override
    public List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            ticks.add(i * step);
        }
        return List.copyOf(ticks);
    }

    @Override
    public String label(double tick) {
        return label.apply(tick);
    }
}
