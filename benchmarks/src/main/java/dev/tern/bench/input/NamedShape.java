package dev.tern.bench.input;

import java.util.List;

/**
 * The dimensions an input has in one request.
 *
 * @param input the input's name
 * @param dimensions with or without the row dimension in front
 */
record NamedShape(String input, List<Long> dimensions) {
    NamedShape {
        dimensions = List.copyOf(dimensions);
    }
}
