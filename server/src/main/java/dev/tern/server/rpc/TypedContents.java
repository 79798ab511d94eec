package dev.tern.server.rpc;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a tensor's typed contents into the raw form. Narrow integers keep the low bytes, as Triton does. */
final class TypedContents {
    private final String model;
    private final String input;
    private final DataType declared;
    private final InferTensorContents contents;

    private TypedContents(String model, String input, DataType declared, InferTensorContents contents) {
        this.model = model;
        this.input = input;
        this.declared = declared;
        this.contents = contents;
    }

    static Payload read(String model, String input, DataType declared, InferTensorContents contents) throws Malformed {
        return new TypedContents(model, input, declared, contents).read();
    }

    private Payload read() throws Malformed {
        return HeapPayload.wrap(isFilled() ? bytes() : new byte[0]);
    }

    /** Whether the list of the declared type holds elements; refuses any other that does, in Triton's order. */
    private boolean isFilled() throws Malformed {
        boolean filled = false;
        for (DataType list : LISTS) {
            if (count(list) == 0) {
                continue;
            }
            if (filled) {
                throw unexpected("', binary data was already supplied.");
            }
            if (list != listOf(declared)) {
                throw unexpected("' of type '" + list + "', expected datatype '" + declared + "'");
            }
            filled = true;
        }
        return filled;
    }

    private Malformed unexpected(String what) {
        return Malformed.invalid(
                "unexpected explicit tensor data for input tensor '" + input + "' for model '" + model + what);
    }

    /** The lists, each named by its widest datatype. */
    private static final List<DataType> LISTS = List.of(
            DataType.BOOL,
            DataType.INT32,
            DataType.INT64,
            DataType.UINT32,
            DataType.UINT64,
            DataType.FP32,
            DataType.FP64,
            DataType.BYTES);

    /** The datatype that names the list a tensor of {@code type} is written in; null where there is no typed form. */
    private static @Nullable DataType listOf(DataType type) {
        return switch (type) {
            case BOOL -> DataType.BOOL;
            case INT8, INT16, INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case UINT8, UINT16, UINT32 -> DataType.UINT32;
            case UINT64 -> DataType.UINT64;
            case FP32 -> DataType.FP32;
            case FP64 -> DataType.FP64;
            case BYTES -> DataType.BYTES;
            case FP16, BF16 -> null;
        };
    }

    private int count(DataType list) {
        return switch (list) {
            case BOOL -> contents.getBoolContentsCount();
            case INT32 -> contents.getIntContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT32 -> contents.getUintContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FP32 -> contents.getFp32ContentsCount();
            case FP64 -> contents.getFp64ContentsCount();
            case BYTES -> contents.getBytesContentsCount();
            case INT8, INT16, UINT8, UINT16, FP16, BF16 -> 0;
        };
    }

    private byte[] bytes() throws Malformed {
        return switch (declared) {
            case BOOL -> bools();
            case INT8, UINT8, INT16, UINT16, INT32, UINT32 -> integers();
            case INT64, UINT64 -> longs();
            case FP32 -> floats();
            case FP64 -> doubles();
            case BYTES -> elements();
            case FP16, BF16 -> new byte[0];
        };
    }

    private byte[] allocate(int count) throws Malformed {
        try {
            return new byte[Math.multiplyExact(count, declared.elementSize())];
        } catch (ArithmeticException e) {
            throw Malformed.invalid(
                    "byte size for tensor '" + input + "' exceeds maximum size of " + Integer.MAX_VALUE);
        }
    }

    private static ByteBuffer writer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] bools() throws Malformed {
        byte[] bytes = allocate(contents.getBoolContentsCount());
        ByteBuffer out = writer(bytes);
        for (int i = 0; i < contents.getBoolContentsCount(); i++) {
            out.put((byte) (contents.getBoolContents(i) ? 1 : 0));
        }
        return bytes;
    }

    private byte[] integers() throws Malformed {
        boolean signed = listOf(declared) == DataType.INT32;
        int count = signed ? contents.getIntContentsCount() : contents.getUintContentsCount();
        byte[] bytes = allocate(count);
        ByteBuffer out = writer(bytes);
        for (int i = 0; i < count; i++) {
            int value = signed ? contents.getIntContents(i) : contents.getUintContents(i);
            switch (declared.elementSize()) {
                case 1 -> out.put((byte) value);
                case 2 -> out.putShort((short) value);
                default -> out.putInt(value);
            }
        }
        return bytes;
    }

    private byte[] longs() throws Malformed {
        boolean signed = declared == DataType.INT64;
        int count = signed ? contents.getInt64ContentsCount() : contents.getUint64ContentsCount();
        byte[] bytes = allocate(count);
        ByteBuffer out = writer(bytes);
        for (int i = 0; i < count; i++) {
            out.putLong(signed ? contents.getInt64Contents(i) : contents.getUint64Contents(i));
        }
        return bytes;
    }

    private byte[] floats() throws Malformed {
        byte[] bytes = allocate(contents.getFp32ContentsCount());
        ByteBuffer out = writer(bytes);
        for (int i = 0; i < contents.getFp32ContentsCount(); i++) {
            out.putFloat(contents.getFp32Contents(i));
        }
        return bytes;
    }

    private byte[] doubles() throws Malformed {
        byte[] bytes = allocate(contents.getFp64ContentsCount());
        ByteBuffer out = writer(bytes);
        for (int i = 0; i < contents.getFp64ContentsCount(); i++) {
            out.putDouble(contents.getFp64Contents(i));
        }
        return bytes;
    }

    private byte[] elements() {
        List<byte[]> elements = new ArrayList<>(contents.getBytesContentsCount());
        for (ByteString element : contents.getBytesContentsList()) {
            elements.add(element.toByteArray());
        }
        return BytesElements.write(elements);
    }
}
