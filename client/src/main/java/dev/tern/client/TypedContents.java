package dev.tern.client;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferTensorContents;
import java.util.List;

/** Typed tensor contents, which some servers answer with, to the raw layout. */
final class TypedContents {
    private TypedContents() {}

    /** The raw form of the list that belongs to {@code datatype}; FP16 and BF16 have none and so are empty. */
    static ByteString encode(DataType datatype, InferTensorContents contents) {
        switch (datatype) {
            case BOOL:
                return booleans(contents.getBoolContentsList());
            case INT8:
                return bytes(contents.getIntContentsList());
            case UINT8:
                return bytes(contents.getUintContentsList());
            case INT16:
                return shorts(contents.getIntContentsList());
            case UINT16:
                return shorts(contents.getUintContentsList());
            case INT32:
                return Encoding.of(ints(contents.getIntContentsList()));
            case UINT32:
                return Encoding.of(ints(contents.getUintContentsList()));
            case INT64:
                return Encoding.of(longs(contents.getInt64ContentsList()));
            case UINT64:
                return Encoding.of(longs(contents.getUint64ContentsList()));
            case FP32:
                return Encoding.of(floats(contents.getFp32ContentsList()));
            case FP64:
                return Encoding.of(contents.getFp64ContentsList().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray());
            case BYTES:
                return Strings.encode(contents.getBytesContentsList().stream()
                        .map(ByteString::toByteArray)
                        .toArray(byte[][]::new));
            case FP16:
            case BF16:
                return ByteString.EMPTY;
        }
        throw new AssertionError(datatype);
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    private static ByteString shorts(List<Integer> values) {
        short[] shorts = new short[values.size()];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = values.get(i).shortValue();
        }
        return Encoding.of(shorts);
    }

    private static ByteString bytes(List<Integer> values) {
        byte[] bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = values.get(i).byteValue();
        }
        return Encoding.of(bytes);
    }

    private static ByteString booleans(List<Boolean> values) {
        boolean[] booleans = new boolean[values.size()];
        for (int i = 0; i < booleans.length; i++) {
            booleans[i] = values.get(i);
        }
        return Encoding.of(booleans);
    }
}
