package dev.tern.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tensor: datatype, shape and elements, flattened row-major. Immutable; any thread may use it.
 *
 * <p>The {@code of} factories copy the array once, into the wire's layout. {@link #ofRaw} shares the caller's memory
 * where it can. Every factory throws {@link IllegalArgumentException} when the values do not fill the shape exactly. A
 * shape without dimensions is a scalar's: exactly one value. Unsigned elements travel as their bits in the signed Java
 * type.
 */
public final class Tensor {
    private final DataType datatype;
    private final long[] shape;
    private final ByteString data;

    private Tensor(DataType datatype, ByteString data, long[] shape) {
        this.datatype = datatype;
        this.shape = shape.clone();
        this.data = data;
    }

    /** An FP32 tensor. */
    public static Tensor of(float[] values, long... shape) {
        Shapes.requireElements(values.length, shape);
        return new Tensor(DataType.FP32, Encoding.of(values), shape);
    }

    /** An FP64 tensor. */
    public static Tensor of(double[] values, long... shape) {
        Shapes.requireElements(values.length, shape);
        return new Tensor(DataType.FP64, Encoding.of(values), shape);
    }

    /** An INT64 tensor. */
    public static Tensor of(long[] values, long... shape) {
        return integers(DataType.INT64, values, shape);
    }

    /** An INT32 tensor. */
    public static Tensor of(int[] values, long... shape) {
        return integers(DataType.INT32, values, shape);
    }

    /** An INT16 tensor. */
    public static Tensor of(short[] values, long... shape) {
        return integers(DataType.INT16, values, shape);
    }

    /** An INT8 tensor. */
    public static Tensor of(byte[] values, long... shape) {
        return integers(DataType.INT8, values, shape);
    }

    /** A BOOL tensor. */
    public static Tensor of(boolean[] values, long... shape) {
        Shapes.requireElements(values.length, shape);
        return new Tensor(DataType.BOOL, Encoding.of(values), shape);
    }

    /**
     * A BYTES tensor of UTF-8 strings.
     *
     * @throws IllegalArgumentException also when a string holds half of a surrogate pair, which UTF-8 cannot say
     */
    public static Tensor of(String[] values, long... shape) {
        Shapes.requireElements(values.length, shape);
        return new Tensor(DataType.BYTES, Strings.encode(values), shape);
    }

    /** A BYTES tensor of opaque elements. */
    public static Tensor of(byte[][] values, long... shape) {
        Shapes.requireElements(values.length, shape);
        return new Tensor(DataType.BYTES, Strings.encode(values), shape);
    }

    /** A UINT64 tensor from its bits. */
    public static Tensor ofUnsigned(long[] bits, long... shape) {
        return integers(DataType.UINT64, bits, shape);
    }

    /** A UINT32 tensor from its bits. */
    public static Tensor ofUnsigned(int[] bits, long... shape) {
        return integers(DataType.UINT32, bits, shape);
    }

    /** A UINT16 tensor from its bits. */
    public static Tensor ofUnsigned(short[] bits, long... shape) {
        return integers(DataType.UINT16, bits, shape);
    }

    /** A UINT8 tensor from its bits. */
    public static Tensor ofUnsigned(byte[] bits, long... shape) {
        return integers(DataType.UINT8, bits, shape);
    }

    /** An FP16 tensor from its bits. */
    public static Tensor ofFp16(short[] bits, long... shape) {
        return integers(DataType.FP16, bits, shape);
    }

    /** An FP16 tensor, each value rounded to the nearest half (ties to even; beyond 65504 to infinity). */
    public static Tensor ofFp16(float[] values, long... shape) {
        return integers(DataType.FP16, Encoding.toFp16(values), shape);
    }

    /** A BF16 tensor from its bits. */
    public static Tensor ofBf16(short[] bits, long... shape) {
        return integers(DataType.BF16, bits, shape);
    }

    /** A BF16 tensor, each value rounded to the nearest (ties to even). */
    public static Tensor ofBf16(float[] values, long... shape) {
        return integers(DataType.BF16, Encoding.toBf16(values), shape);
    }

    /**
     * A tensor over the caller's own bytes, from the buffer's position to its limit. The memory of a heap buffer is
     * shared, <b>not copied</b>: it must not be changed until the last call that sends this tensor is done. A direct or
     * read-only buffer is copied once, since protobuf keeps what it sends on the heap. The buffer's position, limit and
     * order play no part after this call.
     *
     * @param raw little-endian elements without padding; for BYTES each element led by its length as four little-endian
     *     bytes
     * @throws IllegalArgumentException when the number of bytes (or of BYTES elements) does not fit the shape
     */
    public static Tensor ofRaw(DataType datatype, ByteBuffer raw, long... shape) {
        return ofWire(datatype, UnsafeByteOperations.unsafeWrap(raw), shape);
    }

    /** A tensor over bytes in the wire's layout, checked against the shape. */
    static Tensor ofWire(DataType datatype, ByteString data, long[] shape) {
        if (datatype == DataType.BYTES) {
            Shapes.requireElements(Strings.count(data.asReadOnlyByteBuffer()), shape);
        } else {
            requireBytes(datatype, data.size(), shape);
        }
        return new Tensor(datatype, data, shape);
    }

    /** The datatype. */
    public DataType datatype() {
        return datatype;
    }

    /** The dimensions, outermost first; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** The number of elements. */
    public long size() {
        return Shapes.elements(shape);
    }

    /** The elements of an FP32 tensor, or those of an FP16 or BF16 tensor widened, which is exact. */
    public float[] asFloats() {
        return Decoding.floats(this);
    }

    /** The elements of an FP64 tensor. */
    public double[] asDoubles() {
        return Decoding.doubles(this);
    }

    /** The elements of an INT64 tensor, or the bits of a UINT64 tensor. */
    public long[] asLongs() {
        return Decoding.longs(this);
    }

    /** The elements of an INT32 tensor, or the bits of a UINT32 tensor. */
    public int[] asInts() {
        return Decoding.ints(this);
    }

    /** The elements of an INT16 tensor, or the bits of a UINT16, FP16 or BF16 tensor. */
    public short[] asShorts() {
        return Decoding.shorts(this);
    }

    /** The elements of an INT8 tensor, or the bits of a UINT8 tensor. */
    public byte[] asBytes() {
        return Decoding.bytes(this);
    }

    /** The elements of a BOOL tensor; every byte but 0 is true. */
    public boolean[] asBooleans() {
        return Decoding.booleans(this);
    }

    /**
     * The elements of a BYTES tensor as UTF-8 strings.
     *
     * @throws IllegalStateException also when an element is not UTF-8
     */
    public String[] asStrings() {
        return Decoding.strings(this);
    }

    /** The elements of a BYTES tensor. */
    public byte[][] asByteArrays() {
        return Decoding.byteArrays(this);
    }

    /** The elements in the wire's layout: a read-only, little-endian view of this tensor's memory, without a copy. */
    public ByteBuffer rawBytes() {
        return data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The elements in the wire's layout. */
    ByteString data() {
        return data;
    }

    /** Whether datatype, shape and every bit of the elements agree. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Tensor)) {
            return false;
        }
        Tensor that = (Tensor) other;
        return datatype == that.datatype && Arrays.equals(shape, that.shape) && data.equals(that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(datatype, Arrays.hashCode(shape), data);
    }

    @Override
    public String toString() {
        return datatype + Arrays.toString(shape);
    }

    private static Tensor integers(DataType datatype, long[] bits, long[] shape) {
        Shapes.requireElements(bits.length, shape);
        return new Tensor(datatype, Encoding.of(bits), shape);
    }

    private static Tensor integers(DataType datatype, int[] bits, long[] shape) {
        Shapes.requireElements(bits.length, shape);
        return new Tensor(datatype, Encoding.of(bits), shape);
    }

    private static Tensor integers(DataType datatype, short[] bits, long[] shape) {
        Shapes.requireElements(bits.length, shape);
        return new Tensor(datatype, Encoding.of(bits), shape);
    }

    private static Tensor integers(DataType datatype, byte[] bits, long[] shape) {
        Shapes.requireElements(bits.length, shape);
        return new Tensor(datatype, Encoding.of(bits), shape);
    }

    private static void requireBytes(DataType datatype, long size, long[] shape) {
        long elements = Shapes.elements(shape);
        boolean fits = size % datatype.elementSize() == 0 && size / datatype.elementSize() == elements;
        if (!fits) {
            throw new IllegalArgumentException(size + " bytes do not fill " + datatype + Arrays.toString(shape)
                    + " (expected: " + elements + " elements of " + datatype.elementSize() + " bytes)");
        }
    }
}
