package dev.tern.server.testing;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Tensors from values and values from tensors. */
public final class Tensors {
    private Tensors() {}

    /** An FP32 tensor whose data need not fit its shape. */
    public static Tensor floats(String name, Shape shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, shape, HeapPayload.wrap(bytes.array()));
    }

    /** A BYTES tensor of UTF-8 texts. */
    public static Tensor texts(String name, Shape shape, String... values) {
        byte[] bytes = BytesElements.write(Stream.of(values)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList());
        return new Tensor(name, DataType.BYTES, shape, HeapPayload.wrap(bytes));
    }

    public static float[] floats(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate((int) tensor.data().size()).order(ByteOrder.LITTLE_ENDIAN);
        tensor.data().copyTo(0, bytes);
        bytes.flip();
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** The same tensor over memory of its own, on the heap. */
    public static Tensor copy(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate((int) tensor.data().size());
        tensor.data().copyTo(0, bytes);
        return new Tensor(tensor.name(), tensor.type(), tensor.shape(), HeapPayload.wrap(bytes.array()));
    }
}
