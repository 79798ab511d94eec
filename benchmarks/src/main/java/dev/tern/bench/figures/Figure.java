package dev.tern.bench.figures;

import java.util.List;

/**
 * A line of the table.
 *
 * @param ratios one a repetition; their median is the figure
 * @param goal what the median is to reach
 * @param parts the quantities behind it
 */
public record Figure(Series ratios, Goal goal, List<Series> parts) {
    public Figure {
        parts = List.copyOf(parts);
    }

    /** One quantity over another, repetition by repetition. */
    public static Figure ratio(String name, Series over, Series under, Goal goal) {
        return new Figure(over.over(name, under), goal, List.of(over, under));
    }

    /** Whether the median reaches the goal. */
    public boolean isReached() {
        return goal.isReachedBy(ratios.median());
    }
}
