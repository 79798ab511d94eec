package dev.tern.bench.input;

import java.util.Arrays;
import java.util.List;

/**
 * The dimensions an input is to have.
 *
 * @param input the input's name
 * @param dimensions with or without the row dimension in front
 */
public record NamedShape(String input, List<Long> dimensions) {
    public NamedShape {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * Reads {@code name:d1,d2}; the name itself may hold colons.
     *
     * @throws IllegalArgumentException for anything else, saying what is expected
     */
    public static NamedShape parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && text.substring(colon + 1).matches("\\d{1,9}(,\\d{1,9})*")) {
            List<Long> dimensions = Arrays.stream(text.substring(colon + 1).split(",", -1))
                    .map(Long::valueOf)
                    .toList();
            return new NamedShape(text.substring(0, colon), dimensions);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not an input's shape (expected: name:d1,d2,... such as token_ids:128)");
    }
}
