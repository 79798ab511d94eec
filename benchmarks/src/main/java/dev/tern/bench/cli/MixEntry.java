package dev.tern.bench.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tern.bench.input.GivenShape;
import dev.tern.bench.input.NamedFile;
import dev.tern.bench.input.NamedRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.TypeConversionException;

/** One model of a mix as its file has it. What it refuses is an IllegalArgumentException that names the field. */
final class MixEntry {
    private static final Set<String> FIELDS = Set.of(
            "model",
            "version",
            "weight",
            "rows",
            "shapes",
            "ranges",
            "vocabularies",
            "zero",
            "data",
            "distinct",
            "keys",
            "timeout",
            "priority",
            "queue_timeout");

    private final JsonObject json;
    private final Path folder;

    /** @param folder what files in it are relative to */
    MixEntry(JsonObject json, Path folder) {
        this.json = json;
        this.folder = folder;
        for (String each : json.keySet()) {
            Allowed.require(
                    FIELDS.contains(each),
                    "mix",
                    "\"" + each + "\"",
                    FIELDS.stream().sorted().collect(Collectors.joining(", ")));
        }
    }

    String model() {
        String model = text("model").orElse("");
        Allowed.require(!model.isEmpty(), "model", "nothing", "a model's name");
        return model;
    }

    String version() {
        return text("version").orElse("");
    }

    double weight() {
        double weight = number("weight").orElse(1.0);
        Allowed.require(weight > 0 && Double.isFinite(weight), "weight", weight, "more than 0");
        return weight;
    }

    Optional<Integer> positive(String field) {
        return number(field).map(each -> {
            Allowed.require(
                    each >= 1 && each == Math.rint(each) && each <= Integer.MAX_VALUE, field, each, "1 or more");
            return each.intValue();
        });
    }

    OptionalLong priority() {
        Optional<Double> priority = number("priority");
        priority.ifPresent(each ->
                Allowed.require(each >= 0 && each == Math.rint(each), "priority", each, "a whole number, 0 or more"));
        return priority.isPresent() ? OptionalLong.of(priority.get().longValue()) : OptionalLong.empty();
    }

    Optional<Boolean> flag(String field) {
        return Optional.ofNullable(json.get(field)).map(each -> {
            boolean isFlag = each.isJsonPrimitive() && each.getAsJsonPrimitive().isBoolean();
            Allowed.require(isFlag, field, each, "true or false");
            return each.getAsBoolean();
        });
    }

    Optional<Duration> time(String field) {
        return text(field).map(each -> {
            try {
                return new Durations().convert(each);
            } catch (TypeConversionException e) {
                throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
            }
        });
    }

    Optional<Path> file(String field) {
        return text(field).map(folder::resolve);
    }

    List<GivenShape> shapes() {
        return byInput("shapes", GivenShape::parse);
    }

    List<NamedRange> ranges() {
        return byInput("ranges", NamedRange::parse);
    }

    List<NamedFile> vocabularies() {
        return byInput("vocabularies", NamedFile::parse).stream()
                .map(each -> new NamedFile(each.input(), folder.resolve(each.file())))
                .toList();
    }

    Optional<String> text(String field) {
        return Optional.ofNullable(json.get(field)).map(each -> {
            Allowed.require(each.isJsonPrimitive(), field, each, "a text");
            return each.getAsString();
        });
    }

    private Optional<Double> number(String field) {
        return Optional.ofNullable(json.get(field)).map(each -> {
            boolean isNumber =
                    each.isJsonPrimitive() && each.getAsJsonPrimitive().isNumber();
            Allowed.require(isNumber, field, each, "a number");
            return each.getAsDouble();
        });
    }

    /** An object of inputs, each with what its option has behind the colon: a text, a number, or an array of them. */
    private <T> List<T> byInput(String field, Function<String, T> parser) {
        List<T> parsed = new ArrayList<>();
        JsonElement inputs = json.get(field);
        if (inputs != null) {
            Allowed.require(inputs.isJsonObject(), field, inputs, "an object of inputs by their names");
            for (Map.Entry<String, JsonElement> each : inputs.getAsJsonObject().entrySet()) {
                parsed.add(parser.apply(each.getKey() + ":" + listed(each.getValue())));
            }
        }
        return parsed;
    }

    private static String listed(JsonElement json) {
        if (!json.isJsonArray()) {
            return plain(json);
        }
        JsonArray array = json.getAsJsonArray();
        return StreamSupport.stream(array.spliterator(), false)
                .map(MixEntry::plain)
                .collect(Collectors.joining(","));
    }

    private static String plain(JsonElement json) {
        return json.isJsonPrimitive() ? json.getAsString() : json.toString();
    }
}
