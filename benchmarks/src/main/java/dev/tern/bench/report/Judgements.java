package dev.tern.bench.report;

import dev.tern.bench.measure.Condition;
import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of assertions, for people and for machines. */
public final class Judgements {
    private Judgements() {}

    /** A line each, under the table of a run; nothing where nothing was asserted. */
    public static String text(List<Judgement> judgements) {
        StringBuilder text = new StringBuilder();
        String label = "asserted";
        for (Judgement each : judgements) {
            text.append(Units.format(
                    "%-11s%-20s %10s   %s\n",
                    label, each.condition().text(), each.valueText(), each.met() ? "met" : "NOT MET"));
            label = "";
        }
        return text.toString();
    }

    /** For the field {@code assertions} of a report. */
    public static List<Map<String, Object>> json(List<Judgement> judgements) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Judgement each : judgements) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("condition", each.condition().text());
            entry.put("measured", each.valueText());
            if (Double.isFinite(each.value())) {
                entry.put("value_" + unit(each.condition()), each.value());
            }
            entry.put("met", each.met());
            entries.add(entry);
        }
        return entries;
    }

    /** On a page; nothing where nothing was asserted. */
    public static void onto(HtmlPage page, List<Judgement> judgements) {
        if (!judgements.isEmpty()) {
            page.section("Assertions");
            page.numbers(
                    List.of("condition", "measured", "verdict"),
                    judgements.stream()
                            .map(each ->
                                    List.of(each.condition().text(), each.valueText(), each.met() ? "met" : "NOT MET"))
                            .toList());
        }
    }

    private static String unit(Condition condition) {
        if (condition.relative()) {
            return "ratio";
        }
        return switch (condition.quantity().kind()) {
            case TIME -> "ns";
            case SHARE -> "share";
            case RATE -> "per_second";
        };
    }
}
