package dev.tern.bench.input;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of an input as the user gives it.
 *
 * @param input the input's name
 * @param dimensions with or without the row dimension in front
 */
public record GivenShape(String input, List<Dimension> dimensions) {
    private static final String COMMA_OUTSIDE_PARENTHESES = ",(?![^(]*\\))";

    public GivenShape {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * Reads {@code name:d1,d2}; the name itself may hold colons.
     *
     * @throws IllegalArgumentException for anything else, saying what is expected
     */
    public static GivenShape parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw refused(text, "");
        }
        try {
            return new GivenShape(
                    text.substring(0, colon),
                    Arrays.stream(text.substring(colon + 1).split(COMMA_OUTSIDE_PARENTHESES, -1))
                            .map(Dimension::parse)
                            .toList());
        } catch (IllegalArgumentException e) {
            throw refused(text, ": " + e.getMessage());
        }
    }

    /** The dimensions as they were typed. */
    public String text() {
        return dimensions.stream().map(Dimension::toString).collect(Collectors.joining(","));
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException(
                "'" + text + "' is not an input's shape (expected: name:d1,d2,... such as token_ids:128)" + why);
    }
}
