package dev.tern.server.rpc;

import dev.tern.server.rpc.wire.Parameter;
import dev.tern.server.rpc.wire.Parameter.Choice;
import java.util.HashMap;
import java.util.Map;

/** Reads a request's parameters: the protocol's own ones by their types, the others as they are. */
final class RequestParameters {
    static final String RESERVED_PREFIX = "triton_";
    private static final String EMPTY_FINAL_RESPONSE = "triton_enable_empty_final_response";

    private RequestParameters() {}

    /** Boolean, Long, Double or String by key. */
    static Map<String, Object> read(Map<String, Parameter> parameters) throws Malformed {
        if (parameters.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> read = new HashMap<>();
        for (Map.Entry<String, Parameter> each : parameters.entrySet()) {
            check(each.getKey(), each.getValue());
            read.put(each.getKey(), each.getValue().value());
        }
        return read;
    }

    private static void check(String key, Parameter value) throws Malformed {
        Choice type = value.choice();
        switch (key) {
            case "sequence_id" ->
                require(type == Choice.INT64 || type == Choice.STRING, key, "int64_param or string_param");
            case "sequence_start", "sequence_end", EMPTY_FINAL_RESPONSE ->
                require(type == Choice.BOOL, key, "bool_param");
            case "priority" -> checkPriority(key, value);
            case "timeout" -> require(type == Choice.INT64, key, "int64_param");
            default -> checkCustom(key, type);
        }
    }

    private static void checkPriority(String key, Parameter value) throws Malformed {
        Choice type = value.choice();
        require(type == Choice.UINT64 || type == Choice.INT64, key, "int64_param or uint64_param");
        if (type == Choice.INT64 && (Long) value.value() < 0) {
            throw Malformed.invalid("invalid value for 'priority', expected value >= 0.");
        }
    }

    private static void checkCustom(String key, Choice type) throws Malformed {
        if (key.startsWith(RESERVED_PREFIX)) {
            throw Malformed.invalid("parameter keys starting with '" + RESERVED_PREFIX
                    + "' are reserved for Triton usage. Only the following keys starting with '" + RESERVED_PREFIX
                    + "' are allowed: " + EMPTY_FINAL_RESPONSE);
        }
        require(type != Choice.UINT64 && type != Choice.NONE, key, "int64_param, bool_param, or string_param");
    }

    private static void require(boolean fits, String key, String expected) throws Malformed {
        if (!fits) {
            throw Malformed.invalid("invalid value type for '" + key + "' parameter, expected " + expected + ".");
        }
    }
}
