package dev.tern.bench.plot;

import java.util.List;

/**
 * Points of one kind, joined in their order.
 *
 * @param name for the legend
 * @param spots what is not finite is left out
 */
public record Line(String name, List<Spot> spots) {
    public Line {
        spots = spots.stream()
                .filter(each -> Double.isFinite(each.x()) && Double.isFinite(each.y()))
                .toList();
    }

    /**
     * One point.
     *
     * @param hint shown when the pointer rests on its mark
     */
    public record Spot(double x, double y, String hint) {}
}
