package dev.tern.server.sequences;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Utf8Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What tells the sequences of a model apart: a number other than 0, or a text that is not empty. A number is another id than
 * the text of its digits.
 *
 * @param value a Long, whose bits are unsigned, or a String
 */
public record SequenceId(Object value) {
    /** The id that a request's parameter gives; null where it gives none. */
    static @Nullable SequenceId of(@Nullable Object parameter) {
        boolean given =
                parameter instanceof Long number ? number != 0 : parameter instanceof String text && !text.isEmpty();
        return given && parameter != null ? new SequenceId(parameter) : null;
    }

    /** Bytes of a text; 0 of a number. */
    int textBytes() {
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8).length : 0;
    }

    /** This id as one element of {@code type}, on the heap; null where it has no such value. */
    @Nullable
    Payload as(DataType type) {
        if (type == DataType.BYTES) {
            String text = toString();
            return Utf8Text.isCarriedExactly(text)
                    ? HeapPayload.wrap(BytesElements.write(List.of(text.getBytes(StandardCharsets.UTF_8))))
                    : null;
        }
        if (!(value instanceof Long number) || Long.compareUnsigned(number, largest(type)) > 0) {
            return null;
        }
        byte[] bytes = new byte[type.elementSize()];
        ByteBuffer element = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length == Long.BYTES) {
            element.putLong(number);
        } else {
            element.putInt(number.intValue());
        }
        return HeapPayload.wrap(bytes);
    }

    /** The largest number of a type, unsigned. */
    private static long largest(DataType type) {
        return switch (type) {
            case UINT64 -> -1;
            case INT64 -> Long.MAX_VALUE;
            case UINT32 -> 0xFFFF_FFFFL;
            case INT32 -> Integer.MAX_VALUE;
            case BOOL, UINT8, UINT16, INT8, INT16, FP16, FP32, FP64, BF16, BYTES ->
                throw new IllegalArgumentException(type + " is no type of an id");
        };
    }

    /** As messages show it. */
    @Override
    public String toString() {
        return value instanceof Long number ? Long.toUnsignedString(number) : value.toString();
    }
}
