package dev.tern.bench.report;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.run.ModelResult;
import dev.tern.bench.run.StepResult;
import java.util.LinkedHashMap;
import java.util.Map;

/** A run's parts for machines. */
final class PartsJson {
    private PartsJson() {}

    static Map<String, Object> model(ModelResult result) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", result.model().name());
        model.put("weight", result.settings().weight());
        model.put("distinct", result.pool().distinct());
        model.put("request_bytes", result.pool().bytes());
        model.put("keys", result.settings().keys().toString());
        result.settings().inputs().data().ifPresent(data -> model.put("data", data.toString()));
        model.put("timeout_seconds", result.settings().timeout().toNanos() / 1e9);
        figures(model, result.measurement());
        model.put("rows_in_window", result.rowsInWindow());
        result.counts().ifPresent(counts -> model.put("server", ServerJson.window(counts)));
        result.verdict().ifPresent(verdict -> {
            model.put("checked", verdict.checked());
            model.put("mismatched", verdict.mismatched());
        });
        return model;
    }

    static Map<String, Object> step(StepResult result) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("rates", result.stage().rates());
        step.put("from_per_second", result.stage().from());
        step.put("to_per_second", result.stage().to());
        step.put("seconds", result.measurement().nanos() / 1e9);
        figures(step, result.measurement());
        step.put("sent_late", result.measurement().sentLate());
        return step;
    }

    private static void figures(Map<String, Object> part, Measurement measured) {
        part.put("sent", measured.sent());
        part.put("answered", measured.answered());
        part.put("failed", measured.failed());
        part.put("requests_per_second", measured.perSecond());
        part.put("goodput_per_second", measured.goodput());
        part.put("latency_us", Latencies.micros(measured.latencies()));
    }
}
