package dev.tern.bench.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.KeyChoice;
import dev.tern.bench.run.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads a weighted mix of models; what an entry does not say is as the command line says. */
final class MixFile {
    private static final String EXPECTED =
            "{\"models\": [{\"model\": \"ranker\", \"weight\": 3}, {\"model\": \"encoder\"}]}";

    private final Path file;
    private final InputOptions usual;
    private final Duration timeout;

    private MixFile(Path file, InputOptions usual, Duration timeout) {
        this.file = file;
        this.usual = usual;
        this.timeout = timeout;
    }

    /** @throws IllegalArgumentException when it cannot be read, naming file, entry, field and what is allowed */
    static List<ModelSettings> read(Path file, InputOptions usual, Duration timeout) {
        return new MixFile(file, usual, timeout).models();
    }

    private List<ModelSettings> models() {
        JsonArray entries = entries();
        List<ModelSettings> models = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (!entries.get(i).isJsonObject()) {
                throw refused("models[" + i + "] is not an object");
            }
            try {
                models.add(model(new MixEntry(entries.get(i).getAsJsonObject(), folder())));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--mix " + file + ": models[" + i + "]: " + e.getMessage(), e);
            }
        }
        return models;
    }

    private JsonArray entries() {
        try {
            JsonElement json = JsonParser.parseString(Files.readString(file));
            if (json.isJsonObject()) {
                JsonObject whole = json.getAsJsonObject();
                boolean right = whole.size() == 1
                        && whole.has("models")
                        && whole.get("models").isJsonArray()
                        && !whole.getAsJsonArray("models").isEmpty();
                if (right) {
                    return whole.getAsJsonArray("models");
                }
            }
        } catch (IOException e) {
            throw refused("it cannot be read");
        } catch (JsonParseException e) {
            throw refused("it is not JSON");
        }
        throw refused("it has not the one field \"models\"");
    }

    private ModelSettings model(MixEntry entry) {
        Optional<Path> data = entry.file("data");
        int distinct = entry.positive("distinct").orElseGet(usual::distinct);
        return new ModelSettings(
                head(entry),
                new InputSettings(
                        entry.positive("rows").orElse(data.isPresent() ? 1 : usual.rows),
                        entry.shapes(),
                        entry.ranges(),
                        entry.vocabularies(),
                        entry.flag("zero").orElse(data.isEmpty() && usual.zero),
                        data,
                        distinct),
                entry.text("keys").map(KeyChoice::parse).orElse(usual.keys),
                entry.weight(),
                entry.time("timeout").orElse(timeout));
    }

    private RequestHead head(MixEntry entry) {
        RequestHead head = usual.head(entry.model(), entry.version());
        OptionalLong priority = entry.priority().isPresent() ? entry.priority() : head.priority();
        return new RequestHead(
                head.model(),
                head.version(),
                priority,
                entry.time("queue_timeout").or(head::queueTimeout));
    }

    private Path folder() {
        return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("--mix " + file + ": " + why + " (expected: " + EXPECTED + ")");
    }
}
