package dev.tern.bench.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.tern.bench.measure.Histograms;
import dev.tern.bench.measure.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** A run read back from its JSON: what pages and comparisons are made of. Immutable. */
public final class RunFile {
    private static final double NANOS = 1e9;
    private static final int DIGITS = 3;

    private final JsonObject report;
    private final Histogram latencies;

    private RunFile(JsonObject report) {
        this.report = report;
        latencies = Histograms.decode(string(report, "latency_histogram_ns"));
    }

    /**
     * Reads what {@code tern-bench run --json} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static RunFile parse(String json) {
        try {
            return new RunFile(JsonParser.parseString(json).getAsJsonObject());
        } catch (JsonSyntaxException | IllegalStateException | IllegalArgumentException e) {
            throw new IllegalArgumentException("it is not a report of 'tern-bench run --json'", e);
        }
    }

    /** Model, or models, and target. */
    public String title() {
        String model = isMix()
                ? models().stream().map(RunPart::name).collect(Collectors.joining(" + "))
                : string(object("model"), "name");
        return model + " at " + string(object("settings"), "target");
    }

    /** Server, time and tool. */
    public String subtitle() {
        String server = (string(object("server"), "name") + " " + string(object("server"), "version")).strip();
        return (server.isEmpty() ? "" : "server " + server + ", ") + "begun "
                + string(report, "started_at").replaceFirst("\\.\\d+Z$", "Z") + ", measured by tern-bench "
                + string(report, "tool_version");
    }

    /** Everything that was asked for, by the names of the JSON, nested ones joined by dots. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        flatten("", object("settings"), settings);
        flatten("model.", object("model"), settings);
        return settings;
    }

    /** Latencies of the answers, in nanoseconds. */
    public Histogram latencies() {
        return latencies.copy();
    }

    /** A number of the report, by its path with dots; NaN where it has none. */
    public double number(String path) {
        JsonElement at = report;
        for (String step : path.split("\\.", -1)) {
            at = at instanceof JsonObject object && object.has(step) ? object.get(step) : new JsonArray();
        }
        return at.isJsonPrimitive() && at.getAsJsonPrimitive().isNumber() ? at.getAsDouble() : Double.NaN;
    }

    /** Its figures, for whoever compares runs; failures by their code, which it has, too, are left out. */
    public Measurement measurement() {
        double seconds = number("window_seconds");
        return new Measurement(
                Math.round(seconds * NANOS),
                Math.round(number("requests.sent")),
                Math.round(number("requests.answered")),
                Math.round(number("requests.failed")),
                Math.round(number("requests_per_second") * seconds),
                Math.round(number("goodput_per_second") * seconds),
                0,
                Map.of(),
                latencies(),
                new Histogram(DIGITS));
    }

    /** One figure of each second of the window; empty where the report has no seconds. */
    public List<Double> seconds(String figure) {
        JsonObject seconds = object("seconds");
        return seconds.has(figure)
                ? seconds.getAsJsonArray(figure).asList().stream()
                        .map(JsonElement::getAsDouble)
                        .toList()
                : List.of();
    }

    /** What the server counted of the window. */
    public Optional<WindowCounts> server() {
        JsonObject server = object("server");
        return server.has("window") ? Optional.of(WindowCounts.of(server.getAsJsonObject("window"))) : Optional.empty();
    }

    /** Its models, in the order asked for; none where the report is too old to tell. */
    public List<RunPart> models() {
        return array(report, "models").asList().stream().map(RunPart::model).toList();
    }

    /** Whether more than one model was asked. */
    public boolean isMix() {
        return models().size() > 1;
    }

    /** Its steps, in their order; none where it has none. */
    public List<RunPart> steps() {
        return array(report, "steps").asList().stream()
                .filter(each -> each.getAsJsonObject().has("rates"))
                .map(RunPart::step)
                .toList();
    }

    /** Notes, in whole sentences. */
    public List<String> notes() {
        return array(report, "notes").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    /** What was asserted, in the order given. */
    public List<Asserted> assertions() {
        List<Asserted> assertions = new ArrayList<>();
        for (JsonElement each : array(report, "assertions")) {
            JsonObject entry = each.getAsJsonObject();
            assertions.add(new Asserted(
                    string(entry, "condition"),
                    string(entry, "measured"),
                    entry.get("met").getAsBoolean()));
        }
        return assertions;
    }

    /**
     * A condition and what became of it.
     *
     * @param measured the value, for people
     */
    public record Asserted(String condition, String measured, boolean met) {}

    static JsonArray array(JsonObject from, String name) {
        return from.has(name) ? from.getAsJsonArray(name) : new JsonArray();
    }

    private JsonObject object(String name) {
        return report.has(name) ? report.getAsJsonObject(name) : new JsonObject();
    }

    private static String string(JsonObject from, String name) {
        return from.has(name) ? from.get(name).getAsString() : "";
    }

    private static void flatten(String prefix, JsonObject from, Map<String, String> to) {
        for (Map.Entry<String, JsonElement> each : from.entrySet()) {
            if (each.getValue() instanceof JsonObject nested) {
                flatten(prefix + each.getKey() + ".", nested, to);
            } else {
                to.put(prefix + each.getKey(), plain(each.getValue()));
            }
        }
    }

    /** A list of objects, such as tensors, has each of them in its own words. */
    private static String plain(JsonElement value) {
        if (value instanceof JsonArray list) {
            return list.asList().stream().map(RunFile::plain).collect(Collectors.joining(", "));
        }
        if (value instanceof JsonObject object) {
            return object.asMap().values().stream().map(RunFile::inner).collect(Collectors.joining(" "));
        }
        return value.getAsString();
    }

    private static String inner(JsonElement value) {
        return value instanceof JsonArray list ? list.toString() : plain(value);
    }
}
