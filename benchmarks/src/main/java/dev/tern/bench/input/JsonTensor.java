package dev.tern.bench.input;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One input as JSON has it: an array, nested or not; or an object with content (or data, or b64) and a shape. */
final class JsonTensor {
    private static final Set<String> ALLOWED =
            Set.of("name", "datatype", "shape", "content", "data", "b64", "parameters");
    private static final String EXPECTED =
            "an array, or an object with \"content\" or \"b64\", and \"shape\" where it is not clear";

    private final TensorInfo input;
    private final DataShapes shapes;

    JsonTensor(TensorInfo input, DataShapes shapes) {
        this.input = input;
        this.shapes = shapes;
    }

    /** @throws IllegalArgumentException when it does not fit the input, saying where and what is allowed */
    FilledTensor read(JsonElement json) {
        return json.isJsonObject() ? object(json.getAsJsonObject()) : content(json, Optional.empty());
    }

    private FilledTensor object(JsonObject json) {
        for (String key : json.keySet()) {
            require(ALLOWED.contains(key), "\"" + key + "\"", EXPECTED);
        }
        if (json.has("datatype")) {
            String datatype = plain(json.get("datatype"));
            require(datatype.equals(input.datatype()), "the datatype " + datatype, input.datatype());
        }
        Optional<List<Long>> shape = Optional.ofNullable(json.get("shape")).map(JsonTensor::dimensions);
        if (json.has("b64")) {
            return encoded(json.get("b64"), shape);
        }
        JsonElement content = json.has("content") ? json.get("content") : json.get("data");
        if (content == null) {
            throw refused("an object without content", EXPECTED);
        }
        boolean encoded = content.isJsonObject() && content.getAsJsonObject().has("b64");
        return encoded ? encoded(content.getAsJsonObject().get("b64"), shape) : content(content, shape);
    }

    private FilledTensor content(JsonElement json, Optional<List<Long>> said) {
        require(!json.isJsonObject() && !json.isJsonNull(), json.isJsonNull() ? "null" : "an object", EXPECTED);
        Elements elements = new Elements(RawTensor.datatype(input));
        append(elements, json);
        List<Long> nesting = nesting(json);
        Optional<List<Long>> shape = said.isEmpty() && nesting.size() > 1 ? Optional.of(nesting) : said;
        return filled(shape, elements.count(), elements.contents());
    }

    private FilledTensor encoded(JsonElement json, Optional<List<Long>> said) {
        require(isText(json), "b64 " + json, "raw contents in base64");
        byte[] contents;
        try {
            contents = Base64.getDecoder().decode(json.getAsString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("b64 is not base64", e);
        }
        int elements = RawTensor.elements(RawTensor.datatype(input), contents);
        return filled(said, elements, ByteString.copyFrom(contents));
    }

    private FilledTensor filled(Optional<List<Long>> shape, int elements, ByteString contents) {
        return new FilledTensor(
                new TensorInfo(input.name(), input.datatype(), shapes.of(input, shape, elements)), contents);
    }

    private static void append(Elements elements, JsonElement json) {
        if (json.isJsonArray()) {
            json.getAsJsonArray().forEach(each -> append(elements, each));
            return;
        }
        try {
            if (!json.isJsonPrimitive()) {
                throw elements.refused(json.toString());
            }
            append(elements, json.getAsJsonPrimitive());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("element " + elements.count() + ": " + e.getMessage(), e);
        }
    }

    private static void append(Elements elements, JsonPrimitive json) {
        if (json.isBoolean()) {
            elements.bool(json.getAsBoolean());
        } else if (json.isNumber()) {
            elements.number(json.getAsString());
        } else {
            elements.text(ByteString.copyFromUtf8(json.getAsString()));
        }
    }

    /** How long the arrays are, from the outermost in; uneven ones come to another number of elements than is there. */
    private static List<Long> nesting(JsonElement json) {
        List<Long> shape = new ArrayList<>();
        JsonElement each = json;
        while (each.isJsonArray()) {
            JsonArray array = each.getAsJsonArray();
            shape.add((long) array.size());
            if (array.isEmpty()) {
                break;
            }
            each = array.get(0);
        }
        return shape;
    }

    private static List<Long> dimensions(JsonElement json) {
        List<Long> dimensions = new ArrayList<>();
        try {
            json.getAsJsonArray()
                    .forEach(each -> dimensions.add(each.getAsBigDecimal().longValueExact()));
        } catch (ArithmeticException
                | IllegalStateException
                | UnsupportedOperationException
                | NumberFormatException e) {
            throw new IllegalArgumentException("shape " + json + " is not allowed (expected: whole numbers)", e);
        }
        return dimensions;
    }

    private static boolean isText(JsonElement json) {
        return json.isJsonPrimitive() && json.getAsJsonPrimitive().isString();
    }

    private static void require(boolean allowed, String given, String expected) {
        if (!allowed) {
            throw refused(given, expected);
        }
    }

    private static IllegalArgumentException refused(String given, String expected) {
        return new IllegalArgumentException(given + " is not allowed (expected: " + expected + ")");
    }

    /** What a text says without its quotes, and anything else as it stands. */
    static String plain(JsonElement json) {
        return isText(json) ? json.getAsString() : json.toString();
    }
}
