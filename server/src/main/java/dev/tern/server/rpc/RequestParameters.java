package dev.tern.server.rpc;

import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.InferParameter.ParameterChoiceCase;
import java.util.HashMap;
import java.util.Map;

/** Reads a request's parameters: the protocol's own ones by their types, the others as they are. */
final class RequestParameters {
    private static final String RESERVED_PREFIX = "triton_";
    private static final String EMPTY_FINAL_RESPONSE = "triton_enable_empty_final_response";

    private RequestParameters() {}

    /** Boolean, Long, Double or String by key. */
    static Map<String, Object> read(Map<String, InferParameter> parameters) throws Malformed {
        if (parameters.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> read = new HashMap<>();
        for (Map.Entry<String, InferParameter> each : parameters.entrySet()) {
            check(each.getKey(), each.getValue());
            read.put(each.getKey(), value(each.getValue()));
        }
        return read;
    }

    private static void check(String key, InferParameter value) throws Malformed {
        ParameterChoiceCase type = value.getParameterChoiceCase();
        switch (key) {
            case "sequence_id" ->
                require(
                        type == ParameterChoiceCase.INT64_PARAM || type == ParameterChoiceCase.STRING_PARAM,
                        key,
                        "int64_param or string_param");
            case "sequence_start", "sequence_end", EMPTY_FINAL_RESPONSE ->
                require(type == ParameterChoiceCase.BOOL_PARAM, key, "bool_param");
            case "priority" -> checkPriority(key, value);
            case "timeout" -> require(type == ParameterChoiceCase.INT64_PARAM, key, "int64_param");
            default -> checkCustom(key, type);
        }
    }

    private static void checkPriority(String key, InferParameter value) throws Malformed {
        ParameterChoiceCase type = value.getParameterChoiceCase();
        require(
                type == ParameterChoiceCase.UINT64_PARAM || type == ParameterChoiceCase.INT64_PARAM,
                key,
                "int64_param or uint64_param");
        if (type == ParameterChoiceCase.INT64_PARAM && value.getInt64Param() < 0) {
            throw Malformed.invalid("invalid value for 'priority', expected value >= 0.");
        }
    }

    private static void checkCustom(String key, ParameterChoiceCase type) throws Malformed {
        if (key.startsWith(RESERVED_PREFIX)) {
            throw Malformed.invalid("parameter keys starting with '" + RESERVED_PREFIX
                    + "' are reserved for Triton usage. Only the following keys starting with '" + RESERVED_PREFIX
                    + "' are allowed: " + EMPTY_FINAL_RESPONSE);
        }
        require(
                type != ParameterChoiceCase.UINT64_PARAM && type != ParameterChoiceCase.PARAMETERCHOICE_NOT_SET,
                key,
                "int64_param, bool_param, or string_param");
    }

    private static void require(boolean fits, String key, String expected) throws Malformed {
        if (!fits) {
            throw Malformed.invalid("invalid value type for '" + key + "' parameter, expected " + expected + ".");
        }
    }

    private static Object value(InferParameter parameter) {
        return switch (parameter.getParameterChoiceCase()) {
            case BOOL_PARAM -> parameter.getBoolParam();
            case INT64_PARAM -> parameter.getInt64Param();
            case UINT64_PARAM -> parameter.getUint64Param();
            case DOUBLE_PARAM -> parameter.getDoubleParam();
            case STRING_PARAM -> parameter.getStringParam();
            case PARAMETERCHOICE_NOT_SET -> "";
        };
    }
}
