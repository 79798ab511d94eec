package dev.tern.server.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementValuesTest {
    /** What {@link ElementBits} writes is read as what it was. */
    @ParameterizedTest
    @CsvSource({
        "BOOL, 1, 1",
        "BOOL, 0, 0",
        "UINT8, 255, 255",
        "UINT16, 65535, 65535",
        "UINT32, 4294967295, 4294967295",
        "UINT64, 18446744073709551615, 18446744073709551616",
        "INT8, -128, -128",
        "INT16, -32768, -32768",
        "INT32, -2147483648, -2147483648",
        "INT64, -9007199254740993, -9007199254740992",
        "FP16, 1.5, 1.5",
        "FP16, -65504, -65504",
        "FP16, 5.960464477539063E-8, 5.960464477539063E-8",
        "FP16, -Infinity, -Infinity",
        "FP16, NaN, NaN",
        "BF16, -2.5, -2.5",
        "BF16, Infinity, Infinity",
        "FP32, 0.10000000149011612, 0.10000000149011612",
        "FP64, 0.1, 0.1"
    })
    void readsWhatWasWritten(DataType type, String text, double expected) {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(8, ElementBits.parse(type, text));
        // As an object: NaN is itself.
        assertThat(ElementValues.number(type, bytes, 8)).isEqualTo(Double.valueOf(expected));
    }

    @Test
    void textsAreNoNumbers() {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> ElementValues.number(DataType.BYTES, bytes, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("elements of type BYTES are no numbers");
    }
}
