package dev.tern.bench.input;

import java.nio.file.Path;

/**
 * A file that is given for one input.
 *
 * @param input the input's name
 * @param file where its values are
 */
public record NamedFile(String input, Path file) {
    /**
     * Reads {@code name:FILE}; the name itself may hold colons, the file's may not.
     *
     * @throws IllegalArgumentException for anything else, saying what is expected
     */
    public static NamedFile parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an input's file (expected: name:FILE, such as query:words.txt)");
        }
        return new NamedFile(text.substring(0, colon), Path.of(text.substring(colon + 1)));
    }
}
