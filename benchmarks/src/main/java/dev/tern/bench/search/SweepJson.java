package dev.tern.bench.search;

import dev.tern.bench.report.JsonReport;
import dev.tern.bench.report.ServerJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Points for machines. What a point holds is named as in the report of a run. */
public final class SweepJson {
    private SweepJson() {}

    /** One JSON object, ending with a line break. */
    public static String of(Sweep sweep, String toolVersion) {
        Map<String, Object> report = JsonReport.head(sweep.kind(), sweep.last(), toolVersion);
        sweep.search().ifPresent(outcome -> {
            report.put("objective", sweep.objective());
            outcome.best().ifPresent(rate -> report.put("best_rate_per_second", rate));
            report.put("interrupted", outcome.interrupted());
            report.put("generator_limited", outcome.isGeneratorLimited());
            report.put("probes", outcome.probes().stream().map(SweepJson::probe).toList());
        });
        if (sweep.search().isEmpty()) {
            report.put(
                    "assertions",
                    sweep.verdicts().stream()
                            .map(each -> verdict(sweep.objective(), each))
                            .toList());
            report.put("points", sweep.points().stream().map(SweepJson::point).toList());
        }
        return JsonReport.text(report);
    }

    private static Map<String, Object> verdict(String objective, RateVerdict verdict) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("condition", objective);
        entry.put("rate_per_second", verdict.rate());
        entry.put("objection", verdict.objection());
        entry.put("met", verdict.met());
        return entry;
    }

    private static Map<String, Object> probe(Probe probe) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("met", probe.met());
        entry.put("confirming", probe.confirming());
        List<String> objections = probe.objections();
        entry.put("objections", objections);
        entry.putAll(point(probe.point()));
        return entry;
    }

    private static Map<String, Object> point(Point point) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("rate_per_second", point.rate());
        entry.putAll(JsonReport.figures(point.measurement()));
        point.counts().ifPresent(counts -> entry.put("server", ServerJson.window(counts)));
        return entry;
    }
}
