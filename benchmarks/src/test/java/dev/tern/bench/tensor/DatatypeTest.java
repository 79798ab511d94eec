package dev.tern.bench.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DatatypeTest {
    @ParameterizedTest
    @CsvSource({
        "BOOL, 1, 1",
        "UINT8, 255, 255",
        "UINT16, 65535, 65535",
        "UINT32, 4294967295, 4294967295",
        "UINT64, -1, 18446744073709551615",
        "INT8, -128, -128",
        "INT16, -300, -300",
        "INT32, -2147483648, -2147483648",
        "INT64, -9223372036854775808, -9223372036854775808"
    })
    void wholeNumbersAreReadAsWritten(Datatype datatype, long written, String read) {
        ByteBuffer contents = buffer();
        datatype.putInteger(contents, 0);
        datatype.putInteger(contents, written);
        assertThat(contents.position()).isEqualTo(2 * datatype.size());
        assertThat(datatype.integerAt(contents, 1)).isEqualTo(read);
    }

    @Test
    void wholeNumbersAreLittleEndian() {
        ByteBuffer contents = buffer();
        Datatype.INT32.putInteger(contents, 0x01020304);
        assertThat(contents.getInt(0)).isEqualTo(0x01020304);
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16", "FP32", "FP64"})
    void floatsAreReadAsWritten(Datatype datatype) {
        ByteBuffer contents = buffer();
        datatype.putFloat(contents, 9);
        datatype.putFloat(contents, -0.375);
        assertThat(contents.position()).isEqualTo(2 * datatype.size());
        assertThat(datatype.floatAt(contents, 1)).isEqualTo(-0.375);
    }

    @Test
    void everyHalfSurvivesDecodingAndEncoding() {
        for (int bits = Short.MIN_VALUE; bits <= Short.MAX_VALUE; bits++) {
            float value = Float16.decode((short) bits);
            if (Float.isNaN(value)) {
                assertThat(bits & 0x7C00).isEqualTo(0x7C00);
            } else {
                assertThat(Float16.encode(value)).as("%x", bits).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesHaveTheirKnownValues() {
        assertThat(Float16.decode((short) 0x3C00)).isEqualTo(1f);
        assertThat(Float16.decode((short) 0x7BFF)).isEqualTo(65504f);
        assertThat(Float16.decode((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(Float16.decode((short) 0xFC00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Float16.encode(1e6f)).isEqualTo((short) 0x7C00);
        assertThat(Float16.encode(Float.NaN)).isEqualTo((short) 0x7E00);
    }

    @Test
    void namesAreExact() {
        assertThat(Datatype.named("FP32")).contains(Datatype.FP32);
        assertThat(Datatype.named("fp32")).isEmpty();
        assertThat(Datatype.named("STRING")).isEmpty();
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    }
}
