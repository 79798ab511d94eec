package dev.tern.bench.search;

import dev.tern.bench.measure.Units;
import java.util.List;

/**
 * Whether one rate of a curve keeps to what was asserted.
 *
 * @param rate requests per second that were sent, on average
 * @param objection why it does not; empty where it does
 */
public record RateVerdict(double rate, String objection) {
    /** Those of the rates up to a highest one, in order; what lies beyond is not judged. */
    public static List<RateVerdict> of(List<Point> points, Rule rule, double upTo) {
        return points.stream()
                .filter(each -> each.rate() <= upTo)
                .map(each -> new RateVerdict(
                        each.rate(), rule.objection(each.measurement()).orElse("")))
                .toList();
    }

    /** Whether it does. */
    public boolean met() {
        return objection.isEmpty();
    }

    /** A line each, under the table; nothing where nothing was asserted. */
    public static String text(String objective, List<RateVerdict> verdicts) {
        StringBuilder text = new StringBuilder();
        String label = "asserted";
        for (RateVerdict each : verdicts) {
            text.append(Units.format("%-11s%s at %s   %s\n", label, objective, Units.rate(each.rate), each.verdict()));
            label = "";
        }
        return text.toString();
    }

    /** In words. */
    String verdict() {
        return met() ? "met" : "NOT MET: " + objection;
    }
}
