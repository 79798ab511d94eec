package dev.tern.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** From one round number to another, each decade as long as the others. */
public final class LogScale implements Scale {
    /** Up to so many decades, 2 and 5 are written, too. */
    private static final double FEW_DECADES = 2.5;

    private final double low;
    private final double high;
    private final DoubleFunction<String> label;

    private LogScale(double low, double high, DoubleFunction<String> label) {
        this.low = low;
        this.high = high;
        this.label = label;
    }

    /** Reaches these values; what is not more than 0 is taken for 1. */
    public static LogScale around(double smallest, double largest, DoubleFunction<String> label) {
        double low = Round.downTo(smallest > 0 && Double.isFinite(smallest) ? smallest : 1);
        double high = Round.upTo(largest > 0 && Double.isFinite(largest) ? largest : 1);
        return new LogScale(low, high > low ? high : Round.upTo(low * 1.5), label);
    }

    @Override
    public double place(double value) {
        return Math.log(value / low) / Math.log(high / low);
    }

    @Override
    public List<Double> ticks() {
        boolean few = Math.log10(high / low) <= FEW_DECADES;
        List<Double> ticks = new ArrayList<>();
        for (double tick = low; tick <= high * (1 + 1e-9); tick = Round.upTo(tick * 1.5)) {
            if (few || isPower(tick)) {
                ticks.add(tick);
            }
        }
        return List.copyOf(ticks);
    }

    @Override
    public String label(double tick) {
        return label.apply(tick);
    }

    private static boolean isPower(double value) {
        double power = Math.log10(value);
        return Math.abs(power - Math.rint(power)) < 1e-6;
    }
}
