package dev.tern.server.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementBits;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowReaderTest {
    /** What is read of the row that {@code pick} picks; NaN for what is not there. */
    private static double[] read(Tensor tensor, long[] dims, int pick, String... chosen) {
        Features features = Features.of(
                List.of(new TensorSpec(tensor.name(), tensor.type(), Shape.of(dims))), List.of(), List.of(chosen));
        Row row = new Row(features.count());
        RowReader.read(List.of(tensor), features.inputs(), pick, row);
        return IntStream.range(0, features.count())
                .mapToDouble(i -> row.has(i) ? row.value(i) : Double.NaN)
                .toArray();
    }

    private static long[] dims(long... dims) {
        return dims;
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, 1, 1",
        "BOOL, 0, 0",
        "INT8, -128, -128",
        "UINT8, 255, 255",
        "INT16, -32768, -32768",
        "UINT16, 65535, 65535",
        "INT32, -2147483648, -2147483648",
        "UINT32, 4294967295, 4294967295",
        "INT64, -9007199254740993, -9007199254740992",
        "UINT64, 18446744073709551615, 18446744073709551616",
        "UINT64, 9007199254740991, 9007199254740991",
        "FP16, -1.5, -1.5",
        "FP16, 65504, 65504",
        "FP16, 5.9604644775390625E-8, 5.9604644775390625E-8",
        "FP16, -6.103515625E-5, -6.103515625E-5",
        "FP16, Infinity, Infinity",
        "FP16, -Infinity, -Infinity",
        "FP16, NaN, NaN",
        "BF16, -1.5, -1.5",
        "BF16, NaN, NaN",
        "FP32, 0.5, 0.5",
        "FP64, 1e300, 1e300",
    })
    void elementsOfAllTypesAreRead(DataType type, String written, double value) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        // The second of two, so that the place counts.
        bytes.putLong(type.elementSize(), ElementBits.parse(type, written));
        Tensor tensor = Tensors.raw("x", type, Shape.of(1, 2), Arrays.copyOf(bytes.array(), 2 * type.elementSize()));

        assertThat(read(tensor, dims(-1, 2), 0)).containsExactly(0, value);
    }

    @Test
    void oneRowIsRead() {
        Tensor tensor = Tensors.floats("x", Shape.of(3, 2), 0, 1, 10, 11, 20, 21);

        assertThat(read(tensor, dims(-1, 2), 1)).containsExactly(10, 11);
        assertThat(read(tensor, dims(-1, 2), 3 * 1000 + 2)).containsExactly(20, 21);
        assertThat(read(tensor, dims(-1, 2), Integer.MAX_VALUE)).containsExactly(10, 11);
    }

    @Test
    void columnsFarFromEachOtherAreReadToo() {
        float[] values = new float[2 * 4000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Tensor tensor = Tensors.floats("x", Shape.of(2, 4000), values);

        assertThat(read(tensor, dims(-1, 4000), 1, "x[3]", "x[3999]")).containsExactly(4003, 7999);
        assertThat(read(tensor, dims(-1, 4000), 1, "x[3]", "x[5]")).containsExactly(4003, 4005);
    }

    @Test
    void ofRowsThatDifferInShapeAnyElementIsRead() {
        Tensor tensor = Tensors.longs("x", Shape.of(2, 3), 0, 1, 2, 10, 11, 12);

        assertThat(IntStream.range(0, 6).mapToDouble(pick -> read(tensor, dims(-1, -1), pick)[0]))
                .containsExactly(0.0, 1.0, 2.0, 10.0, 11.0, 12.0);
    }

    @Test
    void nothingIsReadOfNothing() {
        assertThat(read(Tensors.floats("x", Shape.of(0, 2)), dims(-1, 2), 5)).containsExactly(Double.NaN, Double.NaN);
        assertThat(read(Tensors.floats("x", Shape.of(2, 0)), dims(-1, -1), 5)).containsExactly(Double.NaN);
    }

    @Test
    void textsAreTheSameNumberWhereTheyAreTheSame() {
        Tensor tensor = Tensors.strings("x", Shape.of(3, 2), "a", "b", "b", "a", "", "c");
        double a = read(tensor, dims(-1, 2), 0)[0];
        double b = read(tensor, dims(-1, 2), 0)[1];

        assertThat(read(tensor, dims(-1, 2), 1)).containsExactly(b, a);
        assertThat(List.of(a, b, read(tensor, dims(-1, 2), 2)[0], read(tensor, dims(-1, 2), 2)[1]))
                .doesNotHaveDuplicates()
                .doesNotContain(Double.NaN);
    }

    @Test
    void longTextsAreToldApartByTheirBeginningAndLength() {
        String begin = "0123456789".repeat(7);
        assertThat(text(begin + "a")).isEqualTo(text(begin + "b")).isNotEqualTo(text(begin + "ab"));
        assertThat(text("x" + begin)).isNotEqualTo(text("y" + begin));
    }

    private static double text(String text) {
        return read(Tensors.strings("x", Shape.of(1, 1), text), dims(-1, 1), 0)[0];
    }

    @Test
    void textsBeyondWhatIsReadAreLeftOut() {
        String large = "l".repeat(20_000);
        Tensor tensor = Tensors.strings("x", Shape.of(1, 2), large, "b");

        double[] read = read(tensor, dims(-1, 2), 0);
        assertThat(read[0]).isEqualTo(text(large));
        assertThat(read[1]).isNaN();
    }

    @Test
    void rowsOfTextsAreTakenFromTheFirst() {
        String[] texts = IntStream.range(0, 300).mapToObj(Integer::toString).toArray(String[]::new);
        Tensor tensor = Tensors.strings("x", Shape.of(300, 1), texts);

        assertThat(read(tensor, dims(-1, 1), 255)[0]).isEqualTo(text("255"));
        assertThat(read(tensor, dims(-1, 1), 256)[0]).isEqualTo(text("0"));
    }

    @Test
    void manyTextsAreToldApart() {
        assertThat(IntStream.range(0, 20_000)
                        .mapToDouble(i -> text("user-" + i))
                        .distinct()
                        .count())
                .isEqualTo(20_000);
    }
}
