package dev.tern.bench.report;

import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Quantity.Kind;
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

    static List<Map<String, Object>> json(List<Judgement> judgements) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Judgement each : judgements) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("condition", each.condition().text());
            entry.put("measured", each.valueText());
            if (Double.isFinite(each.value())) {
                entry.put("value_" + unit(each.condition().quantity().kind()), each.value());
            }
            entry.put("met", each.met());
            entries.add(entry);
        }
        return entries;
    }

    private static String unit(Kind kind) {
        return switch (kind) {
            case TIME -> "ns";
            case SHARE -> "share";
            case RATE -> "per_second";
        };
    }
}
