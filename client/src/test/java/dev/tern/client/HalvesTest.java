package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalvesTest {
    @Test
    void everyFp16SurvivesTheWayThroughFloat() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            short half = (short) bits;
            float value = Halves.fromFp16(half);
            if (Float.isNaN(value)) {
                assertThat(Halves.fromFp16(Halves.toFp16(value))).isNaN();
            } else {
                assertThat(Halves.toFp16(value)).isEqualTo(half);
            }
        }
    }

    @Test
    void everyBf16SurvivesTheWayThroughFloat() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            short half = (short) bits;
            float value = Halves.fromBf16(half);
            if (Float.isNaN(value)) {
                assertThat(Halves.fromBf16(Halves.toBf16(value))).isNaN();
            } else {
                assertThat(Halves.toBf16(value)).isEqualTo(half);
            }
        }
    }

    @Test
    void knownValuesOfFp16() {
        assertThat(Halves.toFp16(1f)).isEqualTo((short) 0x3c00);
        assertThat(Halves.toFp16(-2f)).isEqualTo((short) 0xc000);
        assertThat(Halves.toFp16(65504f)).isEqualTo((short) 0x7bff);
        assertThat(Halves.toFp16(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(Halves.toFp16(65520f)).isEqualTo((short) 0x7c00);
        assertThat(Halves.toFp16(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThat(Halves.toFp16(-0f)).isEqualTo((short) 0x8000);
        assertThat(Halves.toFp16(0x1p-24f)).isEqualTo((short) 1);
        assertThat(Halves.toFp16(0x1p-25f)).isEqualTo((short) 0);
        assertThat(Halves.toFp16(0x1.8p-24f)).isEqualTo((short) 2);
        assertThat(Halves.toFp16(1f + 0x1p-11f)).isEqualTo((short) 0x3c00);
        assertThat(Halves.toFp16(1f + 0x1.8p-10f)).isEqualTo((short) 0x3c02);
    }

    @Test
    void knownValuesOfBf16() {
        assertThat(Halves.toBf16(1f)).isEqualTo((short) 0x3f80);
        assertThat(Halves.toBf16(1f + 0x1p-8f)).isEqualTo((short) 0x3f80);
        assertThat(Halves.toBf16(1f + 0x1.8p-7f)).isEqualTo((short) 0x3f82);
        assertThat(Halves.toBf16(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
        assertThat(Halves.fromBf16(Halves.toBf16(Float.NaN))).isNaN();
        assertThat(Halves.fromBf16(Halves.toBf16(Float.intBitsToFloat(0x7f800001))))
                .isNaN();
    }

    @Test
    void fp16RoundsToTheNearest() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            float value = (random.nextFloat() - 0.5f) * (float) Math.pow(2, random.nextInt(42) - 26);
            short half = Halves.toFp16(value);
            if (Math.abs(value) < 65504f) {
                double error = Math.abs((double) value - Halves.fromFp16(half));
                assertThat(error).isLessThanOrEqualTo(distance(value, (short) (half + 1)));
                assertThat(error).isLessThanOrEqualTo(distance(value, (short) (half - 1)));
            }
        }
    }

    private static double distance(float value, short half) {
        double distance = Math.abs((double) value - Halves.fromFp16(half));
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }
}
