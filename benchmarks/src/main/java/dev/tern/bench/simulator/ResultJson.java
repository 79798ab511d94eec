package dev.tern.bench.simulator;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results for machines. Field names carry their units; {@code schema} changes when one of them changes its meaning. */
public final class ResultJson {
    private static final int SCHEMA = 1;
    private static final double MICRO = 1e3;
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private ResultJson() {}

    /** One JSON object, ending with a line break. */
    public static String of(Comparison comparison, List<Result> results, String toolVersion) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("schema", SCHEMA);
        report.put("tool", "tern-bench simulate");
        report.put("tool_version", toolVersion);
        report.put("scenario", scenario(comparison));
        report.put("results", results.stream().map(ResultJson::result).toList());
        return GSON.toJson(report) + "\n";
    }

    private static Map<String, Object> scenario(Comparison comparison) {
        Scenario of = comparison.scenario();
        Map<String, Object> scenario = new LinkedHashMap<>();
        scenario.put("curve", of.curve().toString());
        scenario.put("noise", of.noise());
        scenario.put("instances", of.instances());
        scenario.put("max_batch_size", of.maxBatchSize());
        scenario.put("max_padded_elements", of.maxPaddedUnits());
        scenario.put("arrivals", of.arrivals().toString());
        scenario.put("rows", of.rows().toString());
        scenario.put("lengths", of.lengths().toString());
        scenario.put("deadline", of.deadline().toString());
        scenario.put("objective_us", of.objectiveNanos() / MICRO);
        scenario.put("level_2", of.lowerShare());
        scenario.put("requests", of.requests());
        scenario.put("warm_up", of.warmUp());
        scenario.put("seed", of.seed());
        scenario.put("repeat", comparison.repeat());
        scenario.put("capacity_per_second", of.capacity());
        return scenario;
    }

    private static Map<String, Object> result(Result of) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("policy", of.policy());
        result.put("level", of.level());
        result.put("load", of.load());
        result.put("offered_per_second", of.offered());
        result.put("answered_per_second", of.answered());
        result.put("good_per_second", of.good());
        result.put("refused", of.refused());
        result.put("dropped", of.dropped());
        result.put("mean_us", of.mean() / MICRO);
        result.put("p50_us", of.p50() / MICRO);
        result.put("p90_us", of.p90() / MICRO);
        result.put("p99_us", of.p99() / MICRO);
        result.put("p99_9_us", of.p999() / MICRO);
        result.put("mean_batch", of.batch());
        result.put("utilisation", of.utilisation());
        result.put("padding_waste", of.waste());
        return result;
    }
}
