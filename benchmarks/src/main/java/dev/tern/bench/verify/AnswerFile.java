package dev.tern.bench.verify;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tern.bench.input.RequestPool;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Recorded answers: lines of JSON, the first of which says to what requests of what models, one model after the other and
 * one line an answer, in the order of the requests.
 */
public final class AnswerFile {
    private static final String FORMAT = "tern-bench answers";
    private static final int VERSION = 1;

    private final Path file;
    private final List<String> models;
    private final List<RequestPool> pools;

    private AnswerFile(Path file, List<String> models, List<RequestPool> pools) {
        this.file = file;
        this.models = models;
        this.pools = pools;
    }

    /**
     * Writes answers, one for each request of each pool.
     *
     * @throws AnswerFileException when the file cannot be written
     */
    public static void write(Path file, List<String> models, List<RequestPool> pools, List<Answers> answers) {
        try (BufferedWriter lines = Files.newBufferedWriter(file)) {
            lines.write(new AnswerFile(file, models, pools).head() + "\n");
            for (int model = 0; model < answers.size(); model++) {
                List<byte[]> each = answers.get(model).encoded();
                for (int request = 0; request < each.size(); request++) {
                    lines.write(AnswerLine.of(model, request, each.get(request)) + "\n");
                }
            }
        } catch (IOException e) {
            throw new AnswerFileException(file, "they cannot be written: " + e.getMessage());
        }
    }

    /**
     * Reads the answers to these requests.
     *
     * @throws AnswerFileException when the file cannot be read, is damaged, or has answers to other requests
     */
    public static List<Answers> read(Path file, List<String> models, List<RequestPool> pools) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return new AnswerFile(file, models, pools).answers(lines);
        } catch (NoSuchFileException e) {
            throw new AnswerFileException(file, "there is no such file (expected: one that --record-answers wrote)");
        } catch (IOException e) {
            throw new AnswerFileException(file, "they cannot be read (expected: a file that --record-answers wrote)");
        }
    }

    private JsonObject head() {
        JsonArray described = new JsonArray();
        for (int i = 0; i < pools.size(); i++) {
            JsonObject model = new JsonObject();
            model.addProperty("model", models.get(i));
            model.addProperty("requests", pools.get(i).size());
            model.addProperty("inputs_sha256", pools.get(i).digest());
            described.add(model);
        }
        JsonObject head = new JsonObject();
        head.addProperty("format", FORMAT);
        head.addProperty("version", VERSION);
        head.add("models", described);
        return head;
    }

    private List<Answers> answers(BufferedReader lines) throws IOException {
        requireFit(object(lines.readLine()));
        List<Answers> all = new ArrayList<>();
        int number = 1;
        for (int model = 0; model < pools.size(); model++) {
            List<byte[]> answers = new ArrayList<>();
            for (int request = 0; request < pools.get(model).size(); request++) {
                number++;
                answers.add(answer(lines.readLine(), number, model, request));
            }
            all.add(new Answers(answers));
        }
        return all;
    }

    private void requireFit(JsonObject head) {
        if (!text(head, "format").equals(FORMAT)
                || !head.has("models")
                || !head.get("models").isJsonArray()) {
            throw refused("that is not a file of recorded answers (expected: one that --record-answers wrote)");
        }
        if (!text(head, "version").equals(Integer.toString(VERSION))) {
            throw refused("version " + text(head, "version") + " is not known (expected: " + VERSION + ")");
        }
        JsonArray recorded = head.getAsJsonArray("models");
        JsonArray asked = head().getAsJsonArray("models");
        if (!names(recorded).equals(names(asked))) {
            throw refused("they are of %s (expected: %s, whom this run asks)".formatted(names(recorded), names(asked)));
        }
        for (int i = 0; i < asked.size(); i++) {
            if (!recorded.get(i).equals(asked.get(i))) {
                throw refused(("they are to %s other requests of model '%s' (expected: these %d). Give the --seed,"
                                + " --rows, --distinct, --data and whatever else makes requests as when they were"
                                + " recorded")
                        .formatted(
                                text(recorded.get(i).getAsJsonObject(), "requests"),
                                models.get(i),
                                pools.get(i).size()));
            }
        }
    }

    private byte[] answer(@Nullable String line, int number, int model, int request) {
        if (line == null) {
            throw refused("they end before that to request %d of model '%s'".formatted(request, models.get(model)));
        }
        try {
            JsonObject answer = object(line);
            if (answer.get("model").getAsInt() == model && answer.get("request").getAsInt() == request) {
                return AnswerLine.answer(answer);
            }
        } catch (RuntimeException e) {
            // A damaged line may fail in as many ways as JSON can be wrong.
            throw refused("line " + number + " is damaged");
        }
        throw refused("line " + number + " is not the answer to request " + request + " of model '" + models.get(model)
                + "'");
    }

    private static JsonObject object(@Nullable String line) {
        try {
            JsonElement json = JsonParser.parseString(line == null ? "" : line);
            return json.isJsonObject() ? json.getAsJsonObject() : new JsonObject();
        } catch (JsonParseException e) {
            return new JsonObject();
        }
    }

    private static String text(JsonObject json, String name) {
        return json.has(name) && json.get(name).isJsonPrimitive()
                ? json.get(name).getAsString()
                : "";
    }

    private static String names(JsonArray models) {
        return StreamSupport.stream(models.spliterator(), false)
                .map(each -> each.isJsonObject() ? "'" + text(each.getAsJsonObject(), "model") + "'" : "nothing")
                .collect(Collectors.joining(", "));
    }

    private AnswerFileException refused(String why) {
        return new AnswerFileException(file, why);
    }
}
