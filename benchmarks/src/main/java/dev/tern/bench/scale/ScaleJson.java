package dev.tern.bench.scale;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Results for machines; names carry their units, what could not be measured is null. */
public final class ScaleJson {
    private static final int SCHEMA = 1;
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private ScaleJson() {}

    /** One JSON object, ending with a line break. */
    public static String of(ScaleSettings settings, List<ScaleResult> results, String toolVersion) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("schema", SCHEMA);
        report.put("tool", "tern-bench scale");
        report.put("tool_version", toolVersion);
        report.put("server_cores", settings.launch().cores());
        report.put("callers", settings.callers());
        report.put("connections", settings.connections());
        report.put("threads", settings.threads());
        report.put("repeat", settings.repeat());
        report.put("duration_seconds", settings.duration().toNanos() / 1e9);
        report.put("settle_seconds", settings.settle().toNanos() / 1e9);
        report.put("warmup_seconds", settings.warmUp().toNanos() / 1e9);
        report.put("models", results.stream().map(ScaleJson::model).toList());
        return GSON.toJson(report) + "\n";
    }

    private static Map<String, Object> model(ScaleResult result) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", result.model());
        model.put("failure", result.failure());
        model.put("settings", result.settings().stream().map(ScaleJson::setting).toList());
        return model;
    }

    private static Map<String, Object> setting(SettingResult result) {
        Map<String, Object> setting = new LinkedHashMap<>();
        setting.put("event_loops", result.setting().eventLoops());
        setting.put("instances", result.setting().instances());
        setting.put("cores", result.cores());
        setting.put("limited_by", result.limit());
        setting.put("answered_per_second", values(result, ScaleReading::perSecond));
        setting.put("server_cpu_us_per_request", values(result, ScaleReading::cpuMicros));
        setting.put("p99_ms", values(result, ScaleReading::p99Millis));
        setting.put("server_cores_in_use", values(result, ScaleReading::serverCores));
        setting.put("cores_busy_share", values(result, ScaleReading::busy));
        setting.put("generator_cores_in_use", values(result, ScaleReading::toolCores));
        setting.put(
                "generator_limited",
                result.readings().stream().map(ScaleReading::generatorLimited).toList());
        return setting;
    }

    private static Map<String, @Nullable Object> values(SettingResult result, ToDoubleFunction<ScaleReading> quantity) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("median", finite(result.median(quantity)));
        List<@Nullable Double> each = new ArrayList<>();
        result.series(quantity).values().forEach(value -> each.add(finite(value)));
        values.put("values", each);
        return values;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
