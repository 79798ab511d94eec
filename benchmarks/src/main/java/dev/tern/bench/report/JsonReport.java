package dev.tern.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.tern.bench.input.DrawnLengths;
import dev.tern.bench.input.NamedRange;
import dev.tern.bench.measure.Histograms;
import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.verify.Mismatch;
import dev.tern.bench.verify.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A result for machines. Field names carry their units; the field {@code schema} changes when one of them changes its
 * meaning. A histogram is HdrHistogram's compressed V2 encoding in base64, of nanoseconds.
 */
public final class JsonReport {
    private static final int SCHEMA = 1;
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private JsonReport() {}

    /** One JSON object, ending with a line break. */
    public static String of(RunResult result, List<Judgement> judgements, String toolVersion) {
        Map<String, Object> report = head("run", result, toolVersion);
        report.put("interrupted", result.interrupted());
        report.put("lengths", lengths(result));
        report.putAll(figures(result.measurement()));
        report.put("rows_per_second", result.parts().rowsPerSecond());
        report.put(
                "models", result.parts().models().stream().map(PartsJson::model).toList());
        report.put("steps", result.parts().steps().stream().map(PartsJson::step).toList());
        result.verdict().ifPresent(verdict -> report.put("verify", verify(result, verdict)));
        report.put("assertions", Judgements.json(judgements));
        report.put("notes", result.notes());
        report.put("seconds", SecondsJson.of(result.observed().seconds()));
        return text(report);
    }

    /** What every report begins with: what was run, by what, how and against what. May be added to. */
    public static Map<String, Object> head(String kind, RunResult result, String toolVersion) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("schema", SCHEMA);
        report.put("tool", "tern-bench");
        report.put("tool_version", toolVersion);
        report.put("kind", kind);
        report.put("started_at", result.startedAt().toString());
        report.put("settings", settings(result));
        report.put("server", ServerJson.of(result.observed()));
        report.put("model", model(result));
        return report;
    }

    /** What was measured. May be added to. */
    public static Map<String, Object> figures(Measurement measured) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("window_seconds", measured.nanos() / 1e9);
        figures.put("requests", requests(measured));
        figures.put("errors", errors(measured));
        figures.put("requests_per_second", measured.perSecond());
        figures.put("goodput_per_second", measured.goodput());
        figures.put("latency_us", Latencies.micros(measured.latencies()));
        figures.put("latency_histogram_ns", Histograms.encode(measured.latencies()));
        if (measured.sendDelays().getTotalCount() > 0) {
            figures.put("send_delay_us", Latencies.micros(measured.sendDelays()));
        }
        figures.put("generator_limited", measured.isGeneratorLimited());
        figures.put("generator_load", measured.generatorLoad());
        return figures;
    }

    /** As text, ending with a line break. */
    public static String text(Map<String, Object> report) {
        return GSON.toJson(report) + "\n";
    }

    private static Map<String, Object> settings(RunResult result) {
        RunSettings from = result.settings();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("target", from.target().toString());
        settings.put("model_version", from.head().version());
        from.head().priority().ifPresent(level -> settings.put("priority", level));
        from.head().queueTimeout().ifPresent(time -> settings.put("queue_timeout_seconds", seconds(time)));
        settings.put("load", from.load().settings());
        settings.put("connections", result.connections());
        settings.put("streams", from.streams());
        settings.put("shared_memory", from.sharedMemory());
        settings.put("threads", from.threads());
        settings.put("rows", from.first().inputs().rows());
        settings.put("distinct", result.parts().models().get(0).pool().distinct());
        settings.put("seed", from.seed());
        settings.put("shapes", shapes(from));
        settings.put("ranges", ranges(from));
        settings.put("warmup_seconds", seconds(from.warmUp()));
        from.duration().ifPresent(duration -> settings.put("duration_seconds", seconds(duration)));
        from.requests().ifPresent(requests -> settings.put("requests", requests));
        settings.put("timeout_seconds", seconds(from.timeout()));
        return settings;
    }

    private static Map<String, Object> shapes(RunSettings settings) {
        Map<String, Object> shapes = new LinkedHashMap<>();
        settings.first().inputs().shapes().forEach(each -> shapes.put(each.input(), each.text()));
        return shapes;
    }

    private static List<Map<String, Object>> lengths(RunResult result) {
        List<Map<String, Object>> lengths = new ArrayList<>();
        for (DrawnLengths each : result.lengths()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("distribution", each.distribution());
            entry.put("mean", each.mean());
            entry.put("max", each.max());
            lengths.add(entry);
        }
        return lengths;
    }

    private static Map<String, Object> ranges(RunSettings settings) {
        Map<String, Object> ranges = new LinkedHashMap<>();
        for (NamedRange each : settings.first().inputs().ranges()) {
            ranges.put(
                    each.input(),
                    Arrays.asList(each.values().low(), each.values().high()));
        }
        return ranges;
    }

    private static Map<String, Object> model(RunResult result) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", result.model().name());
        model.put("versions", result.model().versions());
        model.put("platform", result.model().platform());
        result.model().maxBatchSize().ifPresent(size -> model.put("max_batch_size", size));
        model.put(
                "inputs",
                result.inputs().stream()
                        .map(each -> tensor(each.name(), each.datatype(), each.shape()))
                        .toList());
        return model;
    }

    private static Map<String, Object> tensor(String name, String datatype, Object shape) {
        Map<String, Object> tensor = new LinkedHashMap<>();
        tensor.put("name", name);
        tensor.put("datatype", datatype);
        tensor.put("shape", shape);
        return tensor;
    }

    private static Map<String, Object> requests(Measurement measured) {
        Map<String, Object> requests = new LinkedHashMap<>();
        requests.put("sent", measured.sent());
        requests.put("answered", measured.answered());
        requests.put("failed", measured.failed());
        requests.put("unanswered", measured.unanswered());
        requests.put("answered_in_window", measured.answeredInWindow());
        requests.put("on_time_in_window", measured.onTimeInWindow());
        requests.put("max_in_flight", measured.maxInFlight());
        return requests;
    }

    private static Map<String, Object> errors(Measurement measured) {
        Map<String, Object> errors = new LinkedHashMap<>();
        measured.errors().forEach((code, error) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("count", error.count());
            entry.put("first_message", error.firstMessage());
            errors.put(code, entry);
        });
        return errors;
    }

    private static Map<String, Object> verify(RunResult result, Verdict verdict) {
        Map<String, Object> verify = new LinkedHashMap<>();
        result.settings().tolerance().ifPresent(tolerance -> verify.put("tolerance", tolerance));
        verify.put("checked", verdict.checked());
        verify.put("mismatched", verdict.mismatched());
        verdict.first().ifPresent(first -> verify.put("first_mismatch", mismatch(first)));
        return verify;
    }

    private static Map<String, Object> mismatch(Mismatch first) {
        Map<String, Object> mismatch = new LinkedHashMap<>();
        mismatch.put("request", first.request());
        mismatch.put("output", first.output());
        first.row().ifPresent(row -> mismatch.put("row", row));
        first.element().ifPresent(element -> mismatch.put("element", element));
        mismatch.put("expected", first.expected());
        mismatch.put("got", first.got());
        return mismatch;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
