package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.Datatype;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;

/** Random raw contents: little-endian, row-major, as raw_input_contents wants them. */
final class Contents {
    private static final int LETTERS = 8;

    private Contents() {}

    static ByteString random(InputTensor input, SplittableRandom random) {
        return switch (input.datatype().kind()) {
            case BYTES -> texts(input, random);
            case BOOL -> integers(input, new ValueRange(0, 1), random);
            case INTEGER -> integers(input, input.range().orElse(ValueRange.SMALL), random);
            case FLOAT -> floats(input, input.range().orElse(ValueRange.UNIT), random);
        };
    }

    private static ByteString integers(InputTensor input, ValueRange range, SplittableRandom random) {
        Datatype datatype = input.datatype();
        ByteBuffer contents = buffer(input);
        for (int i = 0; i < input.elements(); i++) {
            datatype.putInteger(contents, integer(range, random));
        }
        return ByteString.copyFrom(contents.flip());
    }

    private static ByteString floats(InputTensor input, ValueRange range, SplittableRandom random) {
        Datatype datatype = input.datatype();
        ByteBuffer contents = buffer(input);
        for (int i = 0; i < input.elements(); i++) {
            datatype.putFloat(contents, range.low() + (range.high() - range.low()) * random.nextDouble());
        }
        return ByteString.copyFrom(contents.flip());
    }

    private static ByteString texts(InputTensor input, SplittableRandom random) {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (int i = 0; i < input.elements(); i++) {
            byte[] text = text(input.range(), random).getBytes(StandardCharsets.US_ASCII);
            byte[] length = ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(text.length)
                    .array();
            contents.writeBytes(length);
            contents.writeBytes(text);
        }
        return ByteString.copyFrom(contents.toByteArray());
    }

    private static String text(Optional<ValueRange> range, SplittableRandom random) {
        if (range.isPresent()) {
            return Long.toString(integer(range.get(), random));
        }
        StringBuilder letters = new StringBuilder(LETTERS);
        for (int i = 0; i < LETTERS; i++) {
            letters.append((char) random.nextInt('a', 'z' + 1));
        }
        return letters.toString();
    }

    /** Both ends included, but for Long.MAX_VALUE, which has no number after it to stay below. */
    private static long integer(ValueRange range, SplittableRandom random) {
        long low = (long) range.low();
        long high = (long) range.high();
        return high == Long.MAX_VALUE ? random.nextLong(low, high) : random.nextLong(low, high + 1);
    }

    private static ByteBuffer buffer(InputTensor input) {
        return ByteBuffer.allocate(
                        Math.multiplyExact(input.elements(), input.datatype().size()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
