package dev.tern.bench.compare;

import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.report.JsonReport;
import dev.tern.bench.report.Judgements;
import dev.tern.bench.run.RunResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A duel for machines. What a slice holds is named as in the report of a run. */
public final class DuelJson {
    private DuelJson() {}

    /** One JSON object, ending with a line break; the last slice of each side tells its settings. */
    public static String of(
            List<Round> rounds, List<Judgement> judgements, RunResult a, RunResult b, String toolVersion) {
        Map<String, Object> report = new LinkedHashMap<>();
        Map<String, Object> first = JsonReport.head("ab", a, toolVersion);
        for (String each : List.of("schema", "tool", "tool_version", "kind")) {
            report.put(each, first.get(each));
        }
        report.put("a", first);
        report.put("b", JsonReport.head("ab", b, toolVersion));
        report.put(
                "figures", DuelFigure.of(rounds).stream().map(DuelJson::figure).toList());
        report.put("assertions", Judgements.json(judgements));
        Map<String, Object> limited = new LinkedHashMap<>();
        limited.put("a", Round.generatorLimited(rounds, Round::a));
        limited.put("b", Round.generatorLimited(rounds, Round::b));
        report.put("generator_limited_slices", limited);
        report.put("notes", DuelTable.notes(rounds));
        report.put("rounds", rounds.stream().map(DuelJson::round).toList());
        return JsonReport.text(report);
    }

    private static Map<String, Object> figure(DuelFigure figure) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", figure.quantity().name());
        entry.put("a", figure.a());
        entry.put("b", figure.b());
        entry.put("b_over_a_median", figure.ratios().median());
        if (Double.isFinite(figure.ratios().low())) {
            entry.put("b_over_a_low", figure.ratios().low());
            entry.put("b_over_a_high", figure.ratios().high());
        }
        entry.put("b_over_a", figure.ratios().each());
        entry.put("verdict", DuelTable.verdict(figure));
        return entry;
    }

    private static Map<String, Object> round(Round round) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("a", slices(round.a()));
        entry.put("b", slices(round.b()));
        return entry;
    }

    private static List<Map<String, Object>> slices(List<Measurement> slices) {
        return slices.stream().map(JsonReport::figures).toList();
    }
}
