package dev.tern.server.engine.onnx.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import dev.tern.proto.onnx.AttributeProto;
import dev.tern.proto.onnx.GraphProto;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.NodeProto;
import dev.tern.proto.onnx.TensorProto;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model without the numbers in its constants, which are nearly all of the file and not needed to describe it.
 *
 * <p>So a model of gigabytes costs kilobytes of heap. Strings in constants are kept.
 */
enum SlimModel {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR;

    /** As protobuf's own limit for messages within messages. */
    private static final int MAX_DEPTH = 100;

    /** @throws InvalidProtocolBufferException if the bytes are no protobuf message, or end too early */
    static ModelProto read(InputStream stream) throws IOException {
        return ModelProto.parseFrom(MODEL.copy(CodedInputStream.newInstance(stream), 0));
    }

    private ByteString copy(CodedInputStream in, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("graphs within graphs, more than " + MAX_DEPTH + " deep");
        }
        UnknownFieldSet.Builder kept = UnknownFieldSet.newBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            copyField(in, tag, kept, depth);
        }
        return kept.build().toByteString();
    }

    private void copyField(CodedInputStream in, int tag, UnknownFieldSet.Builder kept, int depth) throws IOException {
        int field = WireFormat.getTagFieldNumber(tag);
        SlimModel part = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED ? part(field) : null;
        if (part != null) {
            kept.mergeField(
                    field,
                    UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(part.copyMessage(in, depth + 1))
                            .build());
        } else if (!(isNumbers(field) ? in.skipField(tag) : kept.mergeFieldFrom(tag, in))) {
            throw new InvalidProtocolBufferException("a group ends that never began");
        }
    }

    private ByteString copyMessage(CodedInputStream in, int depth) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        ByteString copy = copy(in, depth);
        if (in.getBytesUntilLimit() != 0) {
            throw new InvalidProtocolBufferException("a message ends before its length says");
        }
        in.popLimit(outer);
        return copy;
    }

    private @Nullable SlimModel part(int field) {
        return switch (this) {
            case MODEL -> field == ModelProto.GRAPH_FIELD_NUMBER ? GRAPH : null;
            case GRAPH ->
                switch (field) {
                    case GraphProto.NODE_FIELD_NUMBER -> NODE;
                    case GraphProto.INITIALIZER_FIELD_NUMBER -> TENSOR;
                    default -> null;
                };
            case NODE -> field == NodeProto.ATTRIBUTE_FIELD_NUMBER ? ATTRIBUTE : null;
            case ATTRIBUTE ->
                switch (field) {
                    case AttributeProto.T_FIELD_NUMBER, AttributeProto.TENSORS_FIELD_NUMBER -> TENSOR;
                    case AttributeProto.G_FIELD_NUMBER, AttributeProto.GRAPHS_FIELD_NUMBER -> GRAPH;
                    default -> null;
                };
            case TENSOR -> null;
        };
    }

    private boolean isNumbers(int field) {
        return switch (this) {
            case MODEL, GRAPH, NODE -> false;
            case ATTRIBUTE -> field == AttributeProto.FLOATS_FIELD_NUMBER || field == AttributeProto.INTS_FIELD_NUMBER;
            case TENSOR ->
                switch (field) {
                    case TensorProto.RAW_DATA_FIELD_NUMBER,
                            TensorProto.FLOAT_DATA_FIELD_NUMBER,
                            TensorProto.INT32_DATA_FIELD_NUMBER,
                            TensorProto.INT64_DATA_FIELD_NUMBER,
                            TensorProto.DOUBLE_DATA_FIELD_NUMBER,
                            TensorProto.UINT64_DATA_FIELD_NUMBER -> true;
                    default -> false;
                };
        };
    }
}
