package dev.tern.server.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementBitsTest {
    @ParameterizedTest
    @CsvSource({
        "BOOL, true, 1",
        "BOOL, 0, 0",
        "INT8, -1, ffffffffffffffff",
        "INT8, 127, 7f",
        "UINT8, 255, ff",
        "INT16, -32768, ffffffffffff8000",
        "UINT16, 65535, ffff",
        "INT32, -2, fffffffffffffffe",
        "UINT32, 4294967295, ffffffff",
        "INT64, -9223372036854775808, 8000000000000000",
        "UINT64, 18446744073709551615, ffffffffffffffff",
        "FP32, 1, 3f800000",
        "FP64, -2, c000000000000000",
        "BF16, 1, 3f80",
        "BF16, -2.5, c020",
        "BF16, 1.00390625, 3f80",
        "BF16, 1.01171875, 3f82",
        "FP16, 0, 0",
        "FP16, -0.0, 8000",
        "FP16, 1, 3c00",
        "FP16, -2.5, c100",
        "FP16, 65504, 7bff",
        "FP16, 0.00006103515625, 400",
        "FP16, 0.000000059604644775390625, 1",
        "FP16, 0.0000000298, 0",
        "FP16, 2049, 6800",
        "FP16, 2051, 6802",
        "FP16, -Infinity, fc00",
        "FP16, NaN, 7e00"
    })
    void readsWhatTheTypeCanHold(DataType type, String text, String bits) {
        long mask = type.elementSize() == 8 ? -1 : (1L << (8 * type.elementSize())) - 1;
        assertThat(ElementBits.parse(type, text) & mask).isEqualTo(Long.parseUnsignedLong(bits, 16) & mask);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, 2, 'must be 0, 1, true or false'",
        "INT8, 128, must be a whole number from -128 to 127",
        "INT8, x, must be a whole number from -128 to 127",
        "UINT8, -1, must be a whole number from 0 to 255",
        "UINT16, 65536, must be a whole number from 0 to 65535",
        "INT64, 1.5, must be a whole number from -9223372036854775808 to 9223372036854775807",
        "UINT64, 18446744073709551616, must be a whole number from 0 to 18446744073709551615",
        "FP16, 65505, must be a number from -65504.0 to 65504.0",
        "FP32, 1e39, must be a number from -3.4028234663852886E38 to 3.4028234663852886E38",
        "FP32, many, must be a number",
        "BYTES, a, text has no bits of a fixed number"
    })
    void refusesWhatItCannot(DataType type, String text, String message) {
        assertThatThrownBy(() -> ElementBits.parse(type, text))
                .isInstanceOf(NumberFormatException.class)
                .hasMessage(message);
    }
}
