package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.Datatype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The values that an input's elements are drawn from, each as likely as any other line of its file. Immutable. */
final class Vocabulary {
    /** Encoded as they stand in raw contents. */
    private final List<ByteString> values;

    private Vocabulary(List<ByteString> values) {
        this.values = values;
    }

    /**
     * Reads a file of UTF-8 with one value a line; empty lines count for nothing.
     *
     * @throws InputException when it cannot be read, is empty or holds what the datatype does not
     */
    static Vocabulary read(Path file, Datatype datatype) {
        List<ByteString> values = new ArrayList<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (!line.isEmpty()) {
                values.add(encoded(file, number, datatype, line));
            }
        }
        if (values.isEmpty()) {
            throw new InputException("--vocabulary " + file + ": it is empty (expected: one value a line)");
        }
        return new Vocabulary(values);
    }

    ByteString draw(int elements, SplittableRandom random) {
        ByteString.Output contents = ByteString.newOutput();
        for (int i = 0; i < elements; i++) {
            Bytes.append(contents, values.get(random.nextInt(values.size())));
        }
        return contents.toByteString();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new InputException("--vocabulary " + file + ": " + Bytes.why(e, "a file of UTF-8 text"));
        }
    }

    private static ByteString encoded(Path file, int number, Datatype datatype, String line) {
        Elements element = new Elements(datatype);
        try {
            switch (datatype.kind()) {
                case BYTES -> element.text(ByteString.copyFromUtf8(line));
                case INTEGER, FLOAT, BOOL -> element.number(line.strip());
            }
        } catch (IllegalArgumentException e) {
            throw new InputException("--vocabulary " + file + ": line " + number + ": " + e.getMessage());
        }
        return element.contents();
    }
}
