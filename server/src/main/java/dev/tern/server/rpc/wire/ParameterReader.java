package dev.tern.server.rpc.wire;

import com.google.protobuf.WireFormat;
import dev.tern.proto.inference.InferParameter;
import dev.tern.server.rpc.wire.Parameter.Choice;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads maps of parameters. */
final class ParameterReader {
    /** Of a map's entry, which is a message of a key and a value. */
    private static final int KEY = (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int VALUE = (2 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int BOOL = (InferParameter.BOOL_PARAM_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_VARINT;
    private static final int INT64 = (InferParameter.INT64_PARAM_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_VARINT;
    private static final int STRING =
            (InferParameter.STRING_PARAM_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int DOUBLE = (InferParameter.DOUBLE_PARAM_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_FIXED64;
    private static final int UINT64 = (InferParameter.UINT64_PARAM_FIELD_NUMBER << 3) | WireFormat.WIRETYPE_VARINT;

    private ParameterReader() {}

    /** Reads one entry; returns {@code before} with it, which is a new map if there was none. */
    static Map<String, Parameter> readEntry(WireReader in, Map<String, Parameter> before) throws WireException {
        String key = "";
        Parameter value = Parameter.UNSET;
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case KEY -> key = in.text();
                case VALUE -> value = readValue(in, value);
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        // In the order in which they came, as the first that is wrong is told of.
        Map<String, Parameter> entries = before.isEmpty() ? new LinkedHashMap<>() : before;
        entries.put(key, value);
        return entries;
    }

    /** Of several values the last counts; one that comes in parts may leave {@code before} as it is. */
    private static Parameter readValue(WireReader in, Parameter before) throws WireException {
        Parameter value = before;
        int outer = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case BOOL -> value = new Parameter(Choice.BOOL, in.varint() != 0);
                case INT64 -> value = new Parameter(Choice.INT64, in.varint());
                case STRING -> value = new Parameter(Choice.STRING, in.text());
                case DOUBLE -> value = new Parameter(Choice.DOUBLE, Double.longBitsToDouble(in.fixed64()));
                case UINT64 -> value = new Parameter(Choice.UINT64, in.varint());
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        return value;
    }
}
