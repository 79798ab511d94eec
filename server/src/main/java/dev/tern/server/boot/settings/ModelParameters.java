package dev.tern.server.boot.settings;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;

/** The {@code parameters} of a configuration that was checked. */
record ModelParameters(ModelConfig config) {
    boolean isSet(String key) {
        return config.containsParameters(key);
    }

    /** The value as it stands there; empty if there is none. */
    String text(String key) {
        return config.getParametersOrDefault(key, ModelParameter.getDefaultInstance())
                .getStringValue();
    }

    double number(String key, double otherwise) {
        return isSet(key) ? Double.parseDouble(text(key)) : otherwise;
    }

    /** Triton's meaning of 0 and of nothing: the default. */
    int count(String key, int otherwise) {
        int value = isSet(key) ? Integer.parseInt(text(key)) : 0;
        return value == 0 ? otherwise : value;
    }

    boolean flag(String key, boolean otherwise) {
        return isSet(key) ? text(key).equals("1") || text(key).equalsIgnoreCase("true") : otherwise;
    }
}
