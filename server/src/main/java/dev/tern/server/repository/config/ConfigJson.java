package dev.tern.server.repository.config;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tern.proto.inference.ModelConfig;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link ModelConfig} as JSON; what its parser refuses is explained as {@link ConfigText} does. */
final class ConfigJson {
    private static final Pattern UNKNOWN_FIELD = Pattern.compile("Cannot find field: (\\S+) in message (\\S+)");

    /** What the parser says of a value that is none of its field's; its other messages are of its own insides. */
    private static final Pattern WRONG_VALUE =
            Pattern.compile("(?:Not an? |Invalid enum value|Expected |Out of range|Field |Map value cannot).*");

    private static final String PREFIX = "config: ";

    private ConfigJson() {}

    static ModelConfig parse(String json) throws ConfigException {
        ModelConfig.Builder config = ModelConfig.newBuilder();
        try {
            JsonFormat.parser().merge(json, config);
        } catch (InvalidProtocolBufferException e) {
            throw new ConfigException(PREFIX + explain(String.valueOf(e.getMessage())));
        }
        return config.build();
    }

    private static String explain(String message) {
        Matcher field = UNKNOWN_FIELD.matcher(message);
        if (field.lookingAt()) {
            return unknownField(field.group(1), field.group(2));
        }
        return WRONG_VALUE.matcher(message).matches() ? message : "is not a JSON object of ModelConfig's fields";
    }

    private static String unknownField(String field, String type) {
        Descriptor message = ConfigText.messageType(type);
        List<String> known = message == null
                ? List.of()
                : message.getFields().stream().map(FieldDescriptor::getName).toList();
        return "unknown field '" + field + "' in " + ConfigText.simpleName(type) + Suggestion.of(field, known);
    }
}
