package dev.tern.client;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The wire's layout to Java arrays. One copy. */
final class Decoding {
    private static final Set<DataType> FLOATS = types(DataType.FP32, DataType.FP16, DataType.BF16);
    private static final Set<DataType> DOUBLES = types(DataType.FP64);
    private static final Set<DataType> LONGS = types(DataType.INT64, DataType.UINT64);
    private static final Set<DataType> INTS = types(DataType.INT32, DataType.UINT32);
    private static final Set<DataType> SHORTS = types(DataType.INT16, DataType.UINT16, DataType.FP16, DataType.BF16);
    private static final Set<DataType> BYTES = types(DataType.INT8, DataType.UINT8);
    private static final Set<DataType> BOOLEANS = types(DataType.BOOL);
    private static final Set<DataType> STRINGS = types(DataType.BYTES);

    private Decoding() {}

    static float[] floats(Tensor tensor) {
        ByteBuffer raw = open(tensor, FLOATS, "asFloats()");
        float[] values = new float[count(tensor)];
        if (tensor.datatype() == DataType.FP32) {
            raw.asFloatBuffer().get(values);
        } else {
            widen(raw.asShortBuffer(), tensor.datatype(), values);
        }
        return values;
    }

    static double[] doubles(Tensor tensor) {
        double[] values = new double[count(tensor)];
        open(tensor, DOUBLES, "asDoubles()").asDoubleBuffer().get(values);
        return values;
    }

    static long[] longs(Tensor tensor) {
        long[] values = new long[count(tensor)];
        open(tensor, LONGS, "asLongs()").asLongBuffer().get(values);
        return values;
    }

    static int[] ints(Tensor tensor) {
        int[] values = new int[count(tensor)];
        open(tensor, INTS, "asInts()").asIntBuffer().get(values);
        return values;
    }

    static short[] shorts(Tensor tensor) {
        short[] values = new short[count(tensor)];
        open(tensor, SHORTS, "asShorts()").asShortBuffer().get(values);
        return values;
    }

    static byte[] bytes(Tensor tensor) {
        byte[] values = new byte[count(tensor)];
        open(tensor, BYTES, "asBytes()").get(values);
        return values;
    }

    static boolean[] booleans(Tensor tensor) {
        ByteBuffer raw = open(tensor, BOOLEANS, "asBooleans()");
        boolean[] values = new boolean[count(tensor)];
        for (int i = 0; i < values.length; i++) {
            values[i] = raw.get(i) != 0;
        }
        return values;
    }

    static String[] strings(Tensor tensor) {
        return Strings.decodeUtf8(open(tensor, STRINGS, "asStrings()"), count(tensor));
    }

    static byte[][] byteArrays(Tensor tensor) {
        return Strings.decode(open(tensor, STRINGS, "asByteArrays()"), count(tensor));
    }

    private static void widen(ShortBuffer halves, DataType datatype, float[] values) {
        boolean fp16 = datatype == DataType.FP16;
        for (int i = 0; i < values.length; i++) {
            values[i] = fp16 ? Halves.fromFp16(halves.get(i)) : Halves.fromBf16(halves.get(i));
        }
    }

    private static ByteBuffer open(Tensor tensor, Set<DataType> readable, String reader) {
        if (!readable.contains(tensor.datatype())) {
            throw new IllegalStateException(
                    reader + " cannot read the tensor " + tensor + " (expected: one of " + readable + ")");
        }
        return tensor.rawBytes();
    }

    /** Fits an int: a tensor's bytes do. */
    private static int count(Tensor tensor) {
        return Math.toIntExact(tensor.size());
    }

    private static Set<DataType> types(DataType first, DataType... others) {
        return Collections.unmodifiableSet(EnumSet.of(first, others));
    }
}
