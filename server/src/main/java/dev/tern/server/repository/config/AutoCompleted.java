package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The parameter of a configuration that lists the fields the server filled in. */
final class AutoCompleted {
    private AutoCompleted() {}

    /** The names of the filled fields, in the order they were filled. */
    static Set<String> names(ModelConfig config) {
        String listed = config.getParametersOrDefault(ParameterKeys.AUTO_COMPLETED, ModelParameter.getDefaultInstance())
                .getStringValue();
        return Arrays.stream(listed.split(",", -1))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Lists {@code names}; the parameter is left out when there are none. */
    static void set(ModelConfig.Builder config, List<String> names) {
        config.removeParameters(ParameterKeys.AUTO_COMPLETED);
        if (!names.isEmpty()) {
            config.putParameters(
                    ParameterKeys.AUTO_COMPLETED,
                    ModelParameter.newBuilder()
                            .setStringValue(String.join(",", names))
                            .build());
        }
    }
}
