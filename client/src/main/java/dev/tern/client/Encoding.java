package dev.tern.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Java arrays to the wire's layout: flattened row-major, little-endian, no padding. One copy. */
final class Encoding {
    private Encoding() {}

    static ByteString of(float[] values) {
        ByteBuffer bytes = allocate(values.length, Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return wrap(bytes);
    }

    static ByteString of(double[] values) {
        ByteBuffer bytes = allocate(values.length, Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return wrap(bytes);
    }

    static ByteString of(long[] values) {
        ByteBuffer bytes = allocate(values.length, Long.BYTES);
        bytes.asLongBuffer().put(values);
        return wrap(bytes);
    }

    static ByteString of(int[] values) {
        ByteBuffer bytes = allocate(values.length, Integer.BYTES);
        bytes.asIntBuffer().put(values);
        return wrap(bytes);
    }

    static ByteString of(short[] values) {
        ByteBuffer bytes = allocate(values.length, Short.BYTES);
        bytes.asShortBuffer().put(values);
        return wrap(bytes);
    }

    static ByteString of(byte[] values) {
        return ByteString.copyFrom(values);
    }

    static ByteString of(boolean[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    static short[] toFp16(float[] values) {
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            halves[i] = Halves.toFp16(values[i]);
        }
        return halves;
    }

    static short[] toBf16(float[] values) {
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            halves[i] = Halves.toBf16(values[i]);
        }
        return halves;
    }

    private static ByteBuffer allocate(int count, int elementSize) {
        long size = (long) count * elementSize;
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    size + " bytes do not fit one tensor (expected: at most " + Integer.MAX_VALUE + ")");
        }
        return ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteString wrap(ByteBuffer bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
