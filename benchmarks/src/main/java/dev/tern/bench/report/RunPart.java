package dev.tern.bench.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * A part of a run, one of its models or one of its steps, read back. Latencies are in microseconds, NaN where nothing was
 * answered.
 *
 * @param name the model, or the rates that were asked for
 * @param seconds how long a step was; NaN for a model
 * @param weight how often a model is asked, in proportion to the others'; NaN for a step
 * @param sent requests that were to be sent
 * @param perSecond answers a second
 * @param failed requests that failed
 * @param mean mean latency
 * @param p50 median latency
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 * @param server what the server counted of the model; empty for a step, and where it does not tell
 */
public record RunPart(
        String name,
        double seconds,
        double weight,
        double sent,
        double perSecond,
        double failed,
        double mean,
        double p50,
        double p99,
        double p999,
        Optional<WindowCounts> server) {
    static RunPart model(JsonElement part) {
        JsonObject model = part.getAsJsonObject();
        Optional<WindowCounts> server =
                model.has("server") ? Optional.of(WindowCounts.of(model.getAsJsonObject("server"))) : Optional.empty();
        return of(model.get("name").getAsString(), model, server);
    }

    static RunPart step(JsonElement part) {
        JsonObject step = part.getAsJsonObject();
        return of(step.get("rates").getAsString(), step, Optional.empty());
    }

    private static RunPart of(String name, JsonObject part, Optional<WindowCounts> server) {
        boolean answered = number(part, "answered") > 0 && part.has("latency_us");
        JsonObject latency = answered ? part.getAsJsonObject("latency_us") : new JsonObject();
        return new RunPart(
                name,
                number(part, "seconds"),
                number(part, "weight"),
                number(part, "sent"),
                number(part, "requests_per_second"),
                number(part, "failed"),
                number(latency, "mean"),
                number(latency, "p50"),
                number(latency, "p99"),
                number(latency, "p99_9"),
                server);
    }

    private static double number(JsonObject from, String name) {
        return from.has(name) ? from.get(name).getAsDouble() : Double.NaN;
    }
}
