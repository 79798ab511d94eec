package dev.tern.server.cache.redis;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An answer's outputs as bytes: their number, then for each its datatype (1 byte), the length of its name (4) and its
 * rank (4), name, dimensions (8 each), the length of its data (4) and data.
 */
final class OutputsForm {
    /** What stands for a datatype is its place in this list: it may grow, but nothing in it may change its place. */
    private static final List<DataType> TYPES = List.of(
            DataType.BOOL,
            DataType.UINT8,
            DataType.UINT16,
            DataType.UINT32,
            DataType.UINT64,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FP16,
            DataType.FP32,
            DataType.FP64,
            DataType.BF16,
            DataType.BYTES);

    /** Of an output without name, dimensions and data. */
    private static final int LEAST = 1 + 3 * Integer.BYTES;

    private OutputsForm() {}

    /** Bytes that {@link #write} writes. */
    static long size(List<Tensor> outputs) {
        long size = Integer.BYTES;
        for (Tensor output : outputs) {
            size += LEAST
                    + name(output).length
                    + (long) Long.BYTES * output.shape().rank()
                    + output.data().size();
        }
        return size;
    }

    static void write(List<Tensor> outputs, ByteBuffer into) {
        into.putInt(outputs.size());
        for (Tensor output : outputs) {
            write(output, into);
        }
    }

    private static void write(Tensor output, ByteBuffer into) {
        byte[] name = name(output);
        into.put((byte) TYPES.indexOf(output.type()));
        into.putInt(name.length).putInt(output.shape().rank()).put(name);
        for (int axis = 0; axis < output.shape().rank(); axis++) {
            into.putLong(output.shape().dim(axis));
        }
        int length = (int) output.data().size();
        into.putInt(length);
        output.data().copyTo(0, into.slice(into.position(), length));
        into.position(into.position() + length);
    }

    /**
     * The outputs that {@code from}, which has an array, consists of; their payloads are parts of that array.
     *
     * @param names gives their names the objects that are shared
     * @throws UndecodableException if they cannot be read, or something is left
     */
    static List<Tensor> read(ByteBuffer from, UnaryOperator<String> names) throws UndecodableException {
        require(from.remaining() >= Integer.BYTES);
        int count = from.getInt();
        require(count >= 0 && count <= from.remaining() / LEAST);
        List<Tensor> outputs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            outputs.add(readOutput(from, names));
        }
        require(!from.hasRemaining());
        return outputs;
    }

    private static Tensor readOutput(ByteBuffer from, UnaryOperator<String> names) throws UndecodableException {
        require(from.remaining() >= LEAST);
        int type = from.get();
        int nameLength = from.getInt();
        int rank = from.getInt();
        require(type >= 0 && type < TYPES.size() && nameLength >= 0 && rank >= 0);
        require(from.remaining() - Integer.BYTES >= nameLength + (long) Long.BYTES * rank);
        byte[] name = new byte[nameLength];
        from.get(name);
        long[] dims = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            dims[axis] = from.getLong();
        }
        int length = from.getInt();
        require(length >= 0 && length <= from.remaining());
        HeapPayload data = HeapPayload.wrap(from.array(), from.arrayOffset() + from.position(), length);
        from.position(from.position() + length);
        String shared = names.apply(new String(name, StandardCharsets.UTF_8));
        Tensor output = new Tensor(shared, TYPES.get(type), Shape.wrap(dims), data);
        require(fits(output));
        return output;
    }

    /** Whether there is as much data as type and shape say, as far as they say it. */
    private static boolean fits(Tensor output) {
        try {
            long elements = output.shape().elements();
            DataType type = output.type();
            return !type.hasFixedSize()
                    || Math.multiplyExact(elements, (long) type.elementSize())
                            == output.data().size();
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static byte[] name(Tensor output) {
        return output.name().getBytes(StandardCharsets.UTF_8);
    }

    private static void require(boolean holds) throws UndecodableException {
        if (!holds) {
            throw new UndecodableException(Rubbish.MALFORMED);
        }
    }
}
