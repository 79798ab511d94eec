package dev.tern.bench.plot;

import java.util.List;

/** Where values lie along an axis. */
public interface Scale {
    /** From 0, where the axis begins, to 1, where it ends; beyond these for values that the axis does not reach. */
    double place(double value);

    /** The values that are written on the axis, in order. */
    List<Double> ticks();

    /** What is written at one of them. */
    String label(double tick);
}
