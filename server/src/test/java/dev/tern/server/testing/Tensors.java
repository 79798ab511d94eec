package dev.tern.server.testing;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Makes tensors and reads them. */
public final class Tensors {
    private Tensors() {}

    public static Tensor floats(String name, Shape shape, float... values) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        littleEndian(bytes).asFloatBuffer().put(values);
        return raw(name, DataType.FP32, shape, bytes);
    }

    public static Tensor longs(String name, Shape shape, long... values) {
        byte[] bytes = new byte[values.length * Long.BYTES];
        littleEndian(bytes).asLongBuffer().put(values);
        return raw(name, DataType.INT64, shape, bytes);
    }

    public static Tensor strings(String name, Shape shape, String... values) {
        List<byte[]> elements = Arrays.stream(values)
                .map(value -> value.getBytes(StandardCharsets.UTF_8))
                .toList();
        return raw(name, DataType.BYTES, shape, BytesElements.write(elements));
    }

    public static Tensor raw(String name, DataType type, Shape shape, byte... bytes) {
        return new Tensor(name, type, shape, HeapPayload.wrap(bytes));
    }

    public static float[] floats(Tensor tensor) {
        ByteBuffer bytes = littleEndian(bytes(tensor));
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** The values of an FP16 tensor. */
    public static float[] halves(Tensor tensor) {
        ByteBuffer bytes = littleEndian(bytes(tensor));
        float[] values = new float[bytes.remaining() / Short.BYTES];
        for (int i = 0; i < values.length; i++) {
            short bits = bytes.getShort();
            int exponent = (bits >> 10) & 0x1F;
            int fraction = bits & 0x3FF;
            float magnitude = exponent == 0
                    ? Math.scalb((float) fraction, -24)
                    : Math.scalb((float) (fraction + 1024), exponent - 25);
            values[i] = bits < 0 ? -magnitude : magnitude;
        }
        return values;
    }

    public static long[] longs(Tensor tensor) {
        ByteBuffer bytes = littleEndian(bytes(tensor));
        long[] values = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(values);
        return values;
    }

    public static List<String> strings(Tensor tensor) {
        return BytesElements.read(tensor.data(), tensor.shape().elements()).elements().stream()
                .map(element -> StandardCharsets.UTF_8.decode(element).toString())
                .toList();
    }

    /** The same tensor over memory of its own, on the heap. */
    public static Tensor copy(Tensor tensor) {
        return raw(tensor.name(), tensor.type(), tensor.shape(), bytes(tensor));
    }

    public static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[Math.toIntExact(tensor.data().size())];
        tensor.data().copyTo(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    public static void release(List<List<Tensor>> answers) {
        answers.forEach(each -> each.forEach(tensor -> tensor.data().release()));
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
