package dev.tern.bench.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A policy as it is typed: a name, and after a colon values by key, such as {@code triton:preferred=8+16,delay=1ms}. */
final class Words {
    private final String text;
    private final String name;
    private final Map<String, String> values = new LinkedHashMap<>();

    /** @param main the key of a value that stands alone, as in {@code fixed:2ms} */
    Words(String text, String main) {
        this.text = text;
        int colon = text.indexOf(':');
        name = colon < 0 ? text : text.substring(0, colon);
        for (String part : colon < 0 ? new String[0] : text.substring(colon + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            values.put(equals < 0 ? main : part.substring(0, equals), part.substring(equals + 1));
        }
    }

    String name() {
        return name;
    }

    void allow(Set<String> keys) {
        for (String key : values.keySet()) {
            if (!keys.contains(key)) {
                throw new IllegalArgumentException("policy " + text + ": " + key + " (expected: "
                        + (keys.isEmpty()
                                ? "nothing after " + name
                                : String.join(", ", keys.stream().sorted().toList()))
                        + ")");
            }
        }
    }

    String text(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    long nanos(String key, long otherwise) {
        String value = values.get(key);
        return value == null ? otherwise : Spans.parse(value);
    }

    int number(String key, int otherwise) {
        String value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("\\d{1,8}")) {
            throw new IllegalArgumentException("policy " + text + ": " + key + "=" + value + " (expected: a number)");
        }
        return Integer.parseInt(value);
    }

    @Override
    public String toString() {
        return text;
    }
}
