package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.tensor.DataType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassScoresTest {
    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(double value) {
        return ClassScores.text(DataType.FP64, buffer().putDouble(0, value), 0);
    }

    private static String text(float value) {
        return ClassScores.text(DataType.FP32, buffer().putFloat(0, value), 0);
    }

    private static long rank(double value) {
        return ClassScores.rank(DataType.FP64, buffer().putDouble(0, value), 0);
    }

    /** As printf("%f") of the C library writes them; those that lie in the middle go to the even digit. */
    @ParameterizedTest
    @CsvSource({
        "3.3, 3.300000",
        "0, 0.000000",
        "-0.0, -0.000000",
        "-1e-9, -0.000000",
        "-2.25, -2.250000",
        "0.0078125, 0.007812",
        "0.0234375, 0.023438",
        "123456.7890625, 123456.789062",
        "0.9999999, 1.000000",
        "9007199254.740993, 9007199254.740993",
        "1e22, 10000000000000000000000.000000",
        "Infinity, inf",
        "-Infinity, -inf",
        "NaN, nan"
    })
    void numbersAreWrittenAsByC(double value, String expected) {
        assertThat(text(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "3.3, 3.300000",
        "0.1, 0.100000",
        "-0.0, -0.000000",
        "16777216, 16777216.000000",
        "1e10, 10000000000.000000",
        "3.4028235E38, 340282346638528859811704183484516925440.000000",
        "1e-45, 0.000000",
        "-Infinity, -inf"
    })
    void floatsToo(float value, String expected) {
        assertThat(text(value)).isEqualTo(expected);
    }

    @Test
    void everyFloatIsRoundedByItsExactValue() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            float value = Math.abs(Float.intBitsToFloat(random.nextInt()));
            if (Float.isFinite(value)) {
                BigDecimal exact = new BigDecimal((double) value).setScale(6, RoundingMode.HALF_EVEN);
                assertThat(text(value)).isEqualTo(exact.toPlainString());
            }
        }
    }

    @Test
    void theSignOfWhatIsNoNumberIsWritten() {
        ByteBuffer bytes = buffer().putInt(0, 0xffc00000);
        assertThat(ClassScores.text(DataType.FP32, bytes, 0)).isEqualTo("-nan");
    }

    @ParameterizedTest
    @CsvSource({
        "UINT8, -1, 255",
        "UINT16, -1, 65535",
        "UINT32, -1, 4294967295",
        "UINT64, -1, 18446744073709551615",
        "INT8, -128, -128",
        "INT16, -32768, -32768",
        "INT32, -2147483648, -2147483648",
        "INT64, -9223372036854775808, -9223372036854775808"
    })
    void wholeNumbersAreWrittenInFull(DataType type, long bits, String expected) {
        assertThat(ClassScores.text(type, buffer().putLong(0, bits), 0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "UINT8, 128, 127", "UINT16, 32768, 32767", "UINT32, 2147483648, 2147483647", "UINT64, -1, 9223372036854775807",
        "INT8, 1, -1", "INT16, 1, -1", "INT32, 1, -1", "INT64, 1, -1"
    })
    void wholeNumbersAreInOrder(DataType type, long higher, long lower) {
        assertThat(ClassScores.rank(type, buffer().putLong(0, higher), 0))
                .isGreaterThan(ClassScores.rank(type, buffer().putLong(0, lower), 0));
    }

    @Test
    void floatsAreInOrderAndWhatIsNoNumberIsLast() {
        double[] falling = {
            Double.POSITIVE_INFINITY,
            Double.MAX_VALUE,
            2,
            1,
            Double.MIN_VALUE,
            0,
            -Double.MIN_VALUE,
            -1,
            -2,
            -Double.MAX_VALUE,
            Double.NEGATIVE_INFINITY,
            Double.NaN
        };
        for (int i = 1; i < falling.length; i++) {
            assertThat(rank(falling[i - 1]))
                    .as("%s before %s", falling[i - 1], falling[i])
                    .isGreaterThan(rank(falling[i]));
        }
        assertThat(rank(-0.0)).isEqualTo(rank(0.0));
    }
}
