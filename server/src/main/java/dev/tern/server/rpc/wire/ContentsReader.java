package dev.tern.server.rpc.wire;

import com.google.protobuf.WireFormat;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.server.tensor.DataType;
import org.jspecify.annotations.Nullable;

/** Reads a tensor's typed contents. */
final class ContentsReader {
    private ContentsReader() {}

    /** Adds the message that comes next to {@code contents}. */
    static void read(WireReader in, ContentsMessage contents) throws WireException {
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            DataType list = list(WireReader.number(tag));
            if (list == null || !isRead(in, WireReader.type(tag), list, contents)) {
                in.skip(tag);
            }
        }
        in.leave(outer);
    }

    private static @Nullable DataType list(int number) {
        return switch (number) {
            case InferTensorContents.BOOL_CONTENTS_FIELD_NUMBER -> DataType.BOOL;
            case InferTensorContents.INT_CONTENTS_FIELD_NUMBER -> DataType.INT32;
            case InferTensorContents.INT64_CONTENTS_FIELD_NUMBER -> DataType.INT64;
            case InferTensorContents.UINT_CONTENTS_FIELD_NUMBER -> DataType.UINT32;
            case InferTensorContents.UINT64_CONTENTS_FIELD_NUMBER -> DataType.UINT64;
            case InferTensorContents.FP32_CONTENTS_FIELD_NUMBER -> DataType.FP32;
            case InferTensorContents.FP64_CONTENTS_FIELD_NUMBER -> DataType.FP64;
            case InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER -> DataType.BYTES;
            default -> null;
        };
    }

    /** Reads one element or a packed run; false, with nothing read, if the field is neither. */
    private static boolean isRead(WireReader in, int wireType, DataType type, ContentsMessage contents)
            throws WireException {
        if (wireType == wireType(type)) {
            readElement(in, type, contents.at(type));
            return true;
        }
        if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            readPacked(in, type, contents.at(type));
            return true;
        }
        return false;
    }

    private static int wireType(DataType list) {
        return switch (list) {
            case BOOL, INT32, INT64, UINT32, UINT64 -> WireFormat.WIRETYPE_VARINT;
            case FP32 -> WireFormat.WIRETYPE_FIXED32;
            case FP64 -> WireFormat.WIRETYPE_FIXED64;
            case BYTES -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
            case INT8, INT16, UINT8, UINT16, FP16, BF16 -> throw noList(list);
        };
    }

    private static void readElement(WireReader in, DataType type, ElementList list) throws WireException {
        switch (type) {
            case BOOL -> list.addByte((byte) (in.varint() == 0 ? 0 : 1));
            case INT32, UINT32 -> list.addInt((int) in.varint());
            case INT64, UINT64 -> list.addLong(in.varint());
            case FP32 -> list.addInt(in.fixed32());
            case FP64 -> list.addLong(in.fixed64());
            case BYTES -> list.addBytes(in);
            case INT8, INT16, UINT8, UINT16, FP16, BF16 -> throw noList(type);
        }
    }

    private static void readPacked(WireReader in, DataType type, ElementList list) throws WireException {
        if (wireType(type) != WireFormat.WIRETYPE_VARINT) {
            list.addAll(in, type.elementSize());
            return;
        }
        int outer = in.narrow(in.length());
        list.reserve((long) in.countVarints() * type.elementSize());
        while (in.hasMore()) {
            readElement(in, type, list);
        }
        in.widen(outer);
    }

    private static IllegalArgumentException noList(DataType type) {
        return new IllegalArgumentException(type + " has no list of its own");
    }
}
