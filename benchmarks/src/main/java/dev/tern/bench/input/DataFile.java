package dev.tern.bench.input;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tern.bench.target.ModelInfo;
import dev.tern.bench.tensor.TensorInfo;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Requests out of a JSON file: {@code {"data": [...]}} with one request an element, each an object of inputs by their
 * names; or a single request as KServe's REST calls have it, with an array {@code inputs}. Read one request at a time.
 */
final class DataFile {
    /** Of a request in KServe's form, what is not its inputs. */
    private static final Set<String> BESIDES = Set.of("id", "outputs", "parameters");

    private static final Pattern PLACE = Pattern.compile("line \\d+ column \\d+");

    private final Path file;
    private final ModelInfo model;
    private final DataShapes shapes;

    DataFile(Path file, ModelInfo model, DataShapes shapes) {
        this.file = file;
        this.model = model;
        this.shapes = shapes;
    }

    /** @throws InputException when the file cannot be read, or a request does not fit the model */
    void read(Consumer<List<FilledTensor>> requests) {
        int[] count = {0};
        try (JsonReader reader = new JsonReader(Files.newBufferedReader(file))) {
            reader.beginObject();
            while (reader.hasNext()) {
                member(reader, each -> {
                    count[0]++;
                    requests.accept(each);
                });
            }
            reader.endObject();
        } catch (NoSuchFileException | CharacterCodingException e) {
            throw refused("", Bytes.why(e, "a JSON file, or a folder"));
        } catch (IOException | IllegalStateException | JsonParseException e) {
            throw refused("", "it is not the JSON expected, {\"data\": [...]}" + place(e));
        }
        if (count[0] == 0) {
            throw refused("", "it has no requests (expected: {\"data\": [{\"INPUT\": [...], ...}, ...]})");
        }
    }

    private void member(JsonReader reader, Consumer<List<FilledTensor>> requests) throws IOException {
        String name = reader.nextName();
        if (name.equals("data")) {
            elements(reader, "data", requests);
        } else if (name.equals("inputs")) {
            JsonObject whole = new JsonObject();
            whole.add("inputs", JsonParser.parseReader(reader));
            requests.accept(request("", whole));
        } else if (BESIDES.contains(name)) {
            reader.skipValue();
        } else if (name.equals("validation_data")) {
            throw refused("", "\"validation_data\" is not read: use --record-answers and --verify=FILE");
        } else {
            throw refused("", "\"" + name + "\" is not allowed (expected: data, or inputs for a single request)");
        }
    }

    /** An array within the array is a stream of requests; they follow one another as all others. */
    private void elements(JsonReader reader, String at, Consumer<List<FilledTensor>> requests) throws IOException {
        reader.beginArray();
        for (int i = 0; reader.hasNext(); i++) {
            String place = at + "[" + i + "]";
            if (reader.peek() == JsonToken.BEGIN_ARRAY && at.equals("data")) {
                elements(reader, place, requests);
            } else {
                JsonElement json = JsonParser.parseReader(reader);
                if (!json.isJsonObject()) {
                    throw refused(place, "it is no object (expected: inputs by their names)");
                }
                requests.accept(request(place, json.getAsJsonObject()));
            }
        }
        reader.endArray();
    }

    private List<FilledTensor> request(String place, JsonObject json) {
        Map<String, JsonElement> given = byName(place, json);
        given.keySet().stream()
                .filter(each -> !names().contains(each))
                .findFirst()
                .ifPresent(each -> {
                    throw refused(
                            place, "model '%s' has no input '%s' (it has: %s)".formatted(model.name(), each, listed()));
                });
        List<FilledTensor> request = new ArrayList<>();
        for (TensorInfo input : model.inputs()) {
            JsonElement tensor = given.get(input.name());
            if (tensor == null) {
                throw refused(place, "input '%s' is missing (the model has: %s)".formatted(input.name(), listed()));
            }
            request.add(tensor(place, input, tensor));
        }
        return request;
    }

    private FilledTensor tensor(String place, TensorInfo input, JsonElement json) {
        try {
            return new JsonTensor(input, shapes).read(json);
        } catch (IllegalArgumentException e) {
            throw refused(place, "input '" + input.name() + "': " + e.getMessage());
        }
    }

    /** From both forms: inputs by their names, or an array of inputs that each say their name. */
    private Map<String, JsonElement> byName(String place, JsonObject json) {
        JsonElement listed = json.get("inputs");
        if (listed == null || names().contains("inputs") || !listed.isJsonArray()) {
            return json.asMap();
        }
        Map<String, JsonElement> given = new LinkedHashMap<>();
        for (JsonElement each : listed.getAsJsonArray()) {
            if (!each.isJsonObject() || !each.getAsJsonObject().has("name")) {
                throw refused(place, "an element of \"inputs\" has no \"name\"");
            }
            given.put(JsonTensor.plain(each.getAsJsonObject().get("name")), each);
        }
        return given;
    }

    private List<String> names() {
        return model.inputs().stream().map(TensorInfo::name).toList();
    }

    private String listed() {
        return model.inputs().stream().map(TensorInfo::toString).collect(Collectors.joining(", "));
    }

    private static String place(Exception failure) {
        Matcher place = PLACE.matcher(String.valueOf(failure.getMessage()));
        return place.find() ? ", at " + place.group() : "";
    }

    private InputException refused(String place, String why) {
        return new InputException("--data " + file + ": " + (place.isEmpty() ? "" : place + ", ") + why);
    }
}
