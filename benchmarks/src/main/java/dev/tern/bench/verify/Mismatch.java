package dev.tern.bench.verify;

import java.util.OptionalLong;

/**
 * Where an answer differs from its reference.
 *
 * @param request the request's place in the pool; -1 until known
 * @param output the output's name; empty where the whole answer differs
 * @param row the place in the first dimension; empty where the whole output differs
 * @param element the place within the row, row-major
 * @param expected what the reference has
 * @param got what the answer has
 */
public record Mismatch(
        int request, String output, OptionalLong row, OptionalLong element, String expected, String got) {
    static Mismatch ofAnswer(String expected, String got) {
        return new Mismatch(-1, "", OptionalLong.empty(), OptionalLong.empty(), expected, got);
    }

    static Mismatch ofOutput(String output, String expected, String got) {
        return new Mismatch(-1, output, OptionalLong.empty(), OptionalLong.empty(), expected, got);
    }

    static Mismatch ofElement(String output, long row, long element, String expected, String got) {
        return new Mismatch(-1, output, OptionalLong.of(row), OptionalLong.of(element), expected, got);
    }

    Mismatch in(int place) {
        return new Mismatch(place, output, row, element, expected, got);
    }

    /** For people, in one line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("request ").append(request);
        if (!output.isEmpty()) {
            text.append(", output '").append(output).append('\'');
        }
        row.ifPresent(place -> text.append(", row ").append(place));
        element.ifPresent(place -> text.append(", element ").append(place));
        return text.append(": expected ")
                .append(expected)
                .append(", got ")
                .append(got)
                .toString();
    }
}
