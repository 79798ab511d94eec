package dev.tern.server.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.Slab;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.Tensors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class RowSlicesTest {
    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "BYTES")
    void cutsEveryTypeOfFixedSizeBetweenRows(DataType type) {
        byte[] bytes = new byte[7 * 3 * type.elementSize()];
        new Random(7).nextBytes(bytes);
        Tensor whole = Tensors.raw("x", type, Shape.of(7, 3), bytes);

        List<Tensor> slices = slices(whole, 3);

        assertThat(slices).extracting(Tensor::shape).containsExactly(Shape.of(3, 3), Shape.of(3, 3), Shape.of(1, 3));
        assertThat(slices).allMatch(slice -> slice.name().equals("x") && slice.type() == type);
        assertThat(slices.get(1).data().size()).isEqualTo(9L * type.elementSize());
        assertThat(joined(slices)).isEqualTo(bytes);
    }

    /** Lengths around what is fetched at a time, so that length words lie on its edges. */
    @Test
    void cutsTextsBetweenElements() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int rows = 2 + random.nextInt(20);
            String[] texts = new String[rows * 2];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = "x".repeat(random.nextInt(4) == 0 ? 4086 + random.nextInt(12) : random.nextInt(5)) + i;
            }
            Tensor whole = Tensors.strings("s", Shape.of(rows, 2), texts);

            List<String> found = new ArrayList<>();
            for (Tensor slice : slices(whole, 1 + random.nextInt(rows))) {
                assertThat(Tensors.strings(slice)).hasSize((int) slice.shape().elements());
                found.addAll(Tensors.strings(slice));
            }

            assertThat(found).as("seed %d", seed).containsExactly(texts);
        }
    }

    @Test
    void rowsWithoutElementsHaveNoBytes() {
        assertThat(slices(Tensors.raw("x", DataType.FP32, Shape.of(5, 0)), 2))
                .extracting(slice -> slice.data().size())
                .containsExactly(0L, 0L, 0L);
        assertThat(slices(Tensors.strings("s", Shape.of(5, 0)), 2))
                .extracting(slice -> slice.data().size())
                .containsExactly(0L, 0L, 0L);
    }

    @Test
    void aSliceOfASliceCountsFromItsOwnBegin() {
        Tensor whole = Tensors.longs("x", Shape.of(6), 0, 1, 2, 3, 4, 5);
        Tensor second = slices(whole, 3).get(1);
        assertThat(Tensors.longs(slices(second, 2).get(0))).containsExactly(3, 4);
        assertThat(Tensors.longs(slices(second, 2).get(1))).containsExactly(5);
    }

    @Test
    void aSliceShowsNothingBesideItself() {
        Payload slice =
                slices(Tensors.longs("x", Shape.of(3), 1, 2, 3), 1).get(1).data();
        assertThatThrownBy(() -> slice.copyTo(4, ByteBuffer.allocate(8))).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slice.copyTo(-1, ByteBuffer.allocate(1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesAPayloadShorterThanItsShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowSlices.of(Tensors.raw("x", DataType.INT32, Shape.of(3, 1), new byte[11]), 2));
        byte[] texts = BytesElements.write(List.of("ab".getBytes(StandardCharsets.UTF_8)));
        texts[0] = 3;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowSlices.of(Tensors.raw("s", DataType.BYTES, Shape.of(1), texts), 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowSlices.of(Tensors.raw("s", DataType.BYTES, Shape.of(1), (byte) 0), 2));
    }

    /** NoLeaks fails this where the references do not come out even. */
    @Test
    void aSliceKeepsTheWholeAlive() {
        Slab slab = Slab.wrap(new byte[] {1, 2, 3});
        Tensor whole = new Tensor("x", DataType.INT8, Shape.of(3), slab.slice(0, 3));
        slab.release();
        long live = Slab.live();

        Tensor last = RowSlices.of(whole, 2).slice(1);
        last.data().retain();
        whole.data().release();
        last.data().release();
        assertThat(Slab.live()).isEqualTo(live);
        assertThat(Tensors.bytes(last)).containsExactly(3);

        last.data().release();
        assertThat(Slab.live()).isEqualTo(live - 1);
    }

    @Test
    void rowsAreCopiedInAnyOrder() {
        Tensor numbers = Tensors.longs("x", Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
        Tensor texts = Tensors.strings("s", Shape.of(3, 1), "one", "", "three");

        Tensor some = RowSlices.of(numbers, 1).copyOf(new int[] {2, 0});
        assertThat(some.shape()).isEqualTo(Shape.of(2, 2));
        assertThat(Tensors.longs(some)).containsExactly(5, 6, 1, 2);
        assertThat(Tensors.strings(RowSlices.of(texts, 1).copyOf(new int[] {2, 1, 2})))
                .containsExactly("three", "", "three");
    }

    private static List<Tensor> slices(Tensor whole, int rows) {
        RowSlices slices = RowSlices.of(whole, rows);
        List<Tensor> all = new ArrayList<>();
        for (int i = 0; i < slices.count(); i++) {
            assertThat(slices.rows(i)).isEqualTo(slices.slice(i).shape().dim(0));
            all.add(slices.slice(i));
        }
        return all;
    }

    private static byte[] joined(List<Tensor> slices) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        slices.forEach(slice -> bytes.writeBytes(Tensors.bytes(slice)));
        return bytes.toByteArray();
    }
}
