package dev.tern.client;

import dev.tern.proto.inference.InferParameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Protocol parameters to and from Java values. */
final class Parameters {
    private Parameters() {}

    static InferParameter of(boolean value) {
        return InferParameter.newBuilder().setBoolParam(value).build();
    }

    static InferParameter of(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    static InferParameter of(double value) {
        return InferParameter.newBuilder().setDoubleParam(value).build();
    }

    static InferParameter of(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    /** Boolean, Long, Double and String; a parameter without a value is left out. */
    static Map<String, Object> values(Map<String, InferParameter> parameters) {
        Map<String, Object> values = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> put(values, name, parameter));
        return Collections.unmodifiableMap(values);
    }

    private static void put(Map<String, Object> values, String name, InferParameter parameter) {
        switch (parameter.getParameterChoiceCase()) {
            case BOOL_PARAM:
                values.put(name, parameter.getBoolParam());
                break;
            case INT64_PARAM:
                values.put(name, parameter.getInt64Param());
                break;
            case UINT64_PARAM:
                values.put(name, parameter.getUint64Param());
                break;
            case DOUBLE_PARAM:
                values.put(name, parameter.getDoubleParam());
                break;
            case STRING_PARAM:
                values.put(name, parameter.getStringParam());
                break;
            case PARAMETERCHOICE_NOT_SET:
                break;
        }
    }
}
