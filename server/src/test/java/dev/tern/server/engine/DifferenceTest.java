package dev.tern.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static final double TOLERANCE = 1e-4;

    @Test
    void numbersAreComparedByTheLargerOfThemAndOne() {
        assertThat(floats(1000, 1000.09f)).isNull();
        assertThat(floats(1000, 1000.11f)).startsWith("is 1000.0 alone and 1000.1");
        assertThat(floats(0, 0.00009f)).isNull();
        assertThat(floats(0, 0.00011f)).contains("(tolerance 1.0E-4)");
        assertThat(floats(-1, 1)).isEqualTo("is -1.0 alone and 1.0 in a batch (tolerance 1.0E-4)");
    }

    @Test
    void whatIsNoNumberMustBeTheSame() {
        assertThat(floats(Float.NaN, Float.NaN)).isNull();
        assertThat(floats(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY)).isNull();
        assertThat(floats(Float.NaN, 1)).isNotNull();
        assertThat(floats(1, Float.NaN)).isNotNull();
        assertThat(floats(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)).isNotNull();
        assertThat(floats(Float.POSITIVE_INFINITY, Float.MAX_VALUE)).isNotNull();
    }

    @Test
    void shortFormatsGetTheirRoundingOnTop() {
        // 1 and the next FP16 but four (1 + 5/1024), the next but three.
        assertThat(shorts(DataType.FP16, 0x3C00, 0x3C05)).isNotNull();
        assertThat(shorts(DataType.FP16, 0x3C00, 0x3C03)).isNull();
        assertThat(shorts(DataType.FP16, 0x7C00, 0x7C00)).isNull();
        assertThat(shorts(DataType.FP16, 0x7C00, 0x7BFF)).startsWith("is Infinity alone and 65504.0");
        assertThat(shorts(DataType.FP16, 0x0001, 0x8001)).isNull();
        assertThat(shorts(DataType.FP16, 0xC000, 0x4000)).startsWith("is -2.0 alone and 2.0");
        assertThat(shorts(DataType.BF16, 0x3F80, 0x3F85)).isNotNull();
        assertThat(shorts(DataType.BF16, 0x3F80, 0x3F83)).isNull();
    }

    @Test
    void everythingElseMustBeTheSame() {
        Tensor seven = Tensors.longs("y", Shape.of(1), 7);
        assertThat(Difference.between(seven, Tensors.longs("y", Shape.of(1), 7), TOLERANCE))
                .isNull();
        assertThat(Difference.between(seven, Tensors.longs("y", Shape.of(1), 8), TOLERANCE))
                .isEqualTo("has other values in a batch than alone");
        assertThat(Difference.between(
                        Tensors.strings("y", Shape.of(1), "a"), Tensors.strings("y", Shape.of(1), "b"), TOLERANCE))
                .isEqualTo("has other values in a batch than alone");
    }

    private static @Nullable String floats(float alone, float together) {
        return Difference.between(
                Tensors.floats("y", Shape.of(2), 0, alone), Tensors.floats("y", Shape.of(2), 0, together), TOLERANCE);
    }

    private static @Nullable String shorts(DataType type, int alone, int together) {
        return Difference.between(
                Tensors.raw("y", type, Shape.of(1), (byte) alone, (byte) (alone >> 8)),
                Tensors.raw("y", type, Shape.of(1), (byte) together, (byte) (together >> 8)),
                TOLERANCE);
    }
}
