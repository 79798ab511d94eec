package dev.tern.bench.figures;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results for machines; names carry their units, what could not be measured is null. */
public final class FiguresJson {
    private static final int SCHEMA = 1;
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private FiguresJson() {}

    /** One JSON object, ending with a line break. */
    public static String of(FiguresSettings settings, List<ScenarioResult> results, String toolVersion) {
        Map<String, @Nullable Object> report = report("tern-bench figures", toolVersion);
        report.put("server_cores", settings.launch().cores());
        report.put("repeat", settings.repeat());
        report.put("duration_seconds", settings.duration().toNanos() / 1e9);
        report.put("settle_seconds", settings.settle().toNanos() / 1e9);
        report.put("warmup_seconds", settings.warmUp().toNanos() / 1e9);
        return withScenarios(report, results);
    }

    /** Another tool's results. */
    public static String of(String tool, List<ScenarioResult> results, String toolVersion) {
        return withScenarios(report(tool, toolVersion), results);
    }

    private static Map<String, @Nullable Object> report(String tool, String toolVersion) {
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("schema", SCHEMA);
        report.put("tool", tool);
        report.put("tool_version", toolVersion);
        return report;
    }

    private static String withScenarios(Map<String, @Nullable Object> report, List<ScenarioResult> results) {
        report.put("scenarios", results.stream().map(FiguresJson::scenario).toList());
        return GSON.toJson(report) + "\n";
    }

    private static Map<String, @Nullable Object> scenario(ScenarioResult result) {
        Map<String, @Nullable Object> scenario = new LinkedHashMap<>();
        scenario.put("name", result.scenario());
        scenario.put("failure", result.failure());
        scenario.put(
                "figures", result.figures().stream().map(FiguresJson::figure).toList());
        scenario.put("trials", result.trials().stream().map(FiguresJson::trial).toList());
        return scenario;
    }

    private static Map<String, @Nullable Object> figure(Figure from) {
        Map<String, @Nullable Object> figure = series(from.ratios());
        figure.put("goal", from.goal().toString());
        figure.put("reached", from.goal().bound() == Goal.Bound.NONE ? null : from.isReached());
        figure.put("parts", from.parts().stream().map(FiguresJson::series).toList());
        return figure;
    }

    private static Map<String, @Nullable Object> series(Series from) {
        Map<String, @Nullable Object> series = new LinkedHashMap<>();
        series.put("name", from.name());
        series.put("median", finite(from.median()));
        series.put("spread", finite(from.spread()));
        List<@Nullable Double> values = new ArrayList<>();
        from.values().forEach(each -> values.add(finite(each)));
        series.put("values", values);
        return series;
    }

    private static Map<String, @Nullable Object> trial(TrialReading from) {
        Reading reading = from.reading();
        Map<String, @Nullable Object> trial = new LinkedHashMap<>();
        trial.put("trial", from.trial());
        trial.put("sent_per_second", finite(reading.sentPerSecond()));
        trial.put("answered_per_second", finite(reading.perSecond()));
        trial.put("goodput_per_second", finite(reading.goodput()));
        trial.put("answered_per_server_cpu_second", finite(reading.perCpuSecond()));
        trial.put("server_cpu_share", finite(reading.cpuShare()));
        trial.put("mean_ms", finite(reading.meanMillis()));
        trial.put("p99_ms", finite(reading.p99Millis()));
        trial.put("generator_limited", reading.generatorLimited());
        trial.put("refusals", reading.refusals());
        return trial;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
