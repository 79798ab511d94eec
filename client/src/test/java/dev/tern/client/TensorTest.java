package dev.tern.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void layoutIsLittleEndianAndPacked() {
        ByteBuffer raw = Tensor.of(new int[] {1, -2}, 2).rawBytes();

        assertThat(raw.isReadOnly()).isTrue();
        assertThat(raw.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        assertThat(bytes).containsExactly(1, 0, 0, 0, -2, -1, -1, -1);
    }

    @Test
    void stringsAreLedByTheirLength() {
        ByteBuffer raw = Tensor.of(new String[] {"é", ""}, 2).rawBytes();

        byte[] bytes = new byte[raw.remaining()];
        raw.get(bytes);
        assertThat(bytes).containsExactly(2, 0, 0, 0, 0xc3, 0xa9, 0, 0, 0, 0);
    }

    @Test
    void factoriesCopyAndShapesAreCopies() {
        float[] values = {1, 2};
        long[] shape = {2};
        Tensor tensor = Tensor.of(values, shape);
        values[0] = 9;
        shape[0] = 9;
        tensor.shape()[0] = 9;

        assertThat(tensor.asFloats()).containsExactly(1, 2);
        assertThat(tensor.shape()).containsExactly(2);
    }

    @Test
    void rawSharesHeapMemoryFromPositionToLimit() {
        ByteBuffer memory = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        memory.putInt(1).putInt(2).putInt(3).position(4);
        Tensor tensor = Tensor.ofRaw(DataType.INT32, memory, 2);

        memory.position(0).limit(0);
        assertThat(tensor.asInts()).containsExactly(2, 3);
        memory.clear().putInt(8, 7);
        assertThat(tensor.asInts()).containsExactly(2, 7);
    }

    @Test
    void rawTakesDirectAndReadOnlyMemory() {
        ByteBuffer memory = ByteBuffer.allocateDirect(12).order(ByteOrder.LITTLE_ENDIAN);
        memory.putInt(1).putInt(2).putInt(3).position(4);

        assertThat(Tensor.ofRaw(DataType.INT32, memory, 2).asInts()).containsExactly(2, 3);
        assertThat(Tensor.ofRaw(DataType.INT32, memory.asReadOnlyBuffer(), 2).asInts())
                .containsExactly(2, 3);
        assertThat(memory.position()).isEqualTo(4);
    }

    @Test
    void scalarsHoldOneValue() {
        assertThat(Tensor.of(new long[] {5}).shape()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new long[] {5, 6}))
                .withMessage("2 values do not fill shape [] (expected: 1 values)");
    }

    @Test
    void shapesMustFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .withMessage("5 values do not fill shape [2, 3] (expected: 6 values)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[1], -1, -1))
                .withMessage("shape [-1, -1] has a negative dimension (expected: 0 or more)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new byte[0], Long.MAX_VALUE, 3))
                .withMessageContaining("more than 9223372036854775807 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofRaw(DataType.FP32, ByteBuffer.allocate(7), 2))
                .withMessage("7 bytes do not fill FP32[2] (expected: 2 elements of 4 bytes)");
        assertThat(Tensor.of(new float[0], Long.MAX_VALUE, 0, 3).size()).isZero();
    }

    @Test
    void rawStringsMustBeWhole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofRaw(DataType.BYTES, ByteBuffer.wrap(new byte[] {1, 0}), 1))
                .withMessage("element 0 of a BYTES tensor needs a length of 4 bytes, but 2 are left");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofRaw(DataType.BYTES, ByteBuffer.wrap(new byte[] {-1, -1, -1, -1}), 1))
                .withMessage("element 0 of a BYTES tensor is 4294967295 bytes long, but 0 are left");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofRaw(DataType.BYTES, ByteBuffer.wrap(new byte[4]), 2))
                .withMessage("1 values do not fill shape [2] (expected: 2 values)");
    }

    @Test
    void wrongReadersNameTheDatatype() {
        Tensor longs = Tensor.of(new long[] {1, 2}, 2);
        assertThatIllegalStateException()
                .isThrownBy(longs::asFloats)
                .withMessage("asFloats() cannot read the tensor INT64[2] (expected: one of [FP16, FP32, BF16])");
        assertThatIllegalStateException().isThrownBy(longs::asDoubles).withMessageContaining("[FP64]");
        assertThatIllegalStateException().isThrownBy(longs::asInts).withMessageContaining("[UINT32, INT32]");
        assertThatIllegalStateException().isThrownBy(longs::asShorts).withMessageContaining("INT16");
        assertThatIllegalStateException().isThrownBy(longs::asBytes).withMessageContaining("[UINT8, INT8]");
        assertThatIllegalStateException().isThrownBy(longs::asBooleans).withMessageContaining("[BOOL]");
        assertThatIllegalStateException().isThrownBy(longs::asStrings).withMessageContaining("[BYTES]");
        assertThatIllegalStateException().isThrownBy(longs::asByteArrays).withMessageContaining("[BYTES]");
        Tensor ints = Tensor.of(new int[] {1}, 1);
        assertThatIllegalStateException().isThrownBy(ints::asLongs).withMessageContaining("[UINT64, INT64]");
    }

    @Test
    void textThatUtf8CannotSayIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new String[] {"a", "\ud83d"}, 2))
                .withMessage("string 1 holds half of a surrogate pair");
        Tensor tensor = Tensor.of(new byte[][] {{'a'}, {(byte) 0xff}}, 2);
        assertThatIllegalStateException()
                .isThrownBy(tensor::asStrings)
                .withMessage("element 1 is not UTF-8: read it with asByteArrays()");
        assertThat(Tensor.of(new String[] {"\ud83d\ude00"}, 1).asByteArrays()[0])
                .isEqualTo("\ud83d\ude00".getBytes(UTF_8));
    }

    @Test
    void halvesReadAsFloats() {
        assertThat(Tensor.ofFp16(new float[] {0.5f, 1e9f}, 2).asFloats())
                .containsExactly(0.5f, Float.POSITIVE_INFINITY);
        assertThat(Tensor.ofBf16(new float[] {0.5f, -3}, 2).asFloats()).containsExactly(0.5f, -3);
    }

    @Test
    void equalityIsByContent() {
        Tensor tensor = Tensor.of(new int[] {1, 2}, 2);
        assertThat(tensor).isEqualTo(Tensor.of(new int[] {1, 2}, 2));
        assertThat(tensor).hasSameHashCodeAs(Tensor.of(new int[] {1, 2}, 2));
        assertThat(tensor).isNotEqualTo(Tensor.of(new int[] {1, 3}, 2));
        assertThat(tensor).isNotEqualTo(Tensor.of(new int[] {1, 2}, 1, 2));
        assertThat(tensor).isNotEqualTo(Tensor.ofUnsigned(new int[] {1, 2}, 2));
        assertThat(tensor).hasToString("INT32[2]");
    }
}
