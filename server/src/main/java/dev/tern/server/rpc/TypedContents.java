package dev.tern.server.rpc;

import dev.tern.server.rpc.wire.ContentsMessage;
import dev.tern.server.rpc.wire.ElementList;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a tensor's typed contents into the raw form. Narrow integers keep the low bytes, as Triton does. */
final class TypedContents {
    private final String model;
    private final String input;
    private final DataType declared;
    private final ContentsMessage contents;

    private TypedContents(String model, String input, DataType declared, ContentsMessage contents) {
        this.model = model;
        this.input = input;
        this.declared = declared;
        this.contents = contents;
    }

    static Payload read(String model, String input, DataType declared, ContentsMessage contents) throws Malformed {
        return new TypedContents(model, input, declared, contents).read();
    }

    private Payload read() throws Malformed {
        return HeapPayload.wrap(isFilled() ? bytes() : new byte[0]);
    }

    /** Whether the list of the declared type holds elements; refuses any other that does, in Triton's order. */
    private boolean isFilled() throws Malformed {
        boolean filled = false;
        for (DataType list : LISTS) {
            if (contents.count(list) == 0) {
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

    /** The elements of the declared type's list. */
    private byte[] bytes() throws Malformed {
        DataType named = listOf(declared);
        ElementList list = named == null ? null : contents.list(named);
        if (named == null || list == null) {
            return new byte[0];
        }
        if (list.isTooLarge()) {
            throw Malformed.invalid(
                    "byte size for tensor '" + input + "' exceeds maximum size of " + Integer.MAX_VALUE);
        }
        byte[] wide = list.toBytes();
        return named.elementSize() == declared.elementSize()
                ? wide
                : narrow(wide, named.elementSize(), declared.elementSize());
    }

    private static byte[] narrow(byte[] wide, int from, int to) {
        byte[] narrow = new byte[wide.length / from * to];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = wide[i / to * from + i % to];
        }
        return narrow;
    }
}
