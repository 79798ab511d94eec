package dev.tern.server.repository.config;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TextFormat;
import dev.tern.proto.inference.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Protobuf's text format of {@link ModelConfig}; what its parser refuses is explained by line and nearest known name. */
final class ConfigText {
    private static final FileDescriptor SCHEMA = ModelConfig.getDescriptor().getFile();
    private static final Pattern UNKNOWN_FIELD = Pattern.compile("(?m)^(\\d+):\\d+:\\t(\\S+)\\.(\\S+)$");
    private static final Pattern UNKNOWN_VALUE =
            Pattern.compile("Enum type \"([^\"]+)\" has no value (?:named|with number) \"?([^\".]+)\"?\\.");
    private static final Pattern POSITION = Pattern.compile("^\\d+:\\d+: ");

    private static final TextFormat.Parser PARSER = TextFormat.Parser.newBuilder()
            .setSingularOverwritePolicy(TextFormat.Parser.SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
            .build();

    private ConfigText() {}

    /** Parses {@code text}; {@code file} only leads the messages. */
    static ModelConfig parse(String file, String text) throws ConfigException {
        ModelConfig.Builder config = ModelConfig.newBuilder();
        try {
            PARSER.merge(text, config);
        } catch (TextFormat.ParseException e) {
            throw new ConfigException(explain(file, e));
        }
        return config.build();
    }

    private static List<String> explain(String file, TextFormat.ParseException e) {
        String message = String.valueOf(e.getMessage());
        List<String> problems = new ArrayList<>();
        Matcher fields = UNKNOWN_FIELD.matcher(message);
        while (fields.find()) {
            problems.add(file + ": line " + fields.group(1) + ": " + unknownField(fields.group(2), fields.group(3)));
        }
        if (problems.isEmpty()) {
            problems.add(file + ": line " + e.getLine() + ": " + syntaxError(message));
        }
        return problems;
    }

    private static String unknownField(String type, String field) {
        Descriptor message = messageType(type);
        List<String> known = message == null
                ? List.of()
                : message.getFields().stream().map(FieldDescriptor::getName).toList();
        return "unknown field '" + field + "' in " + simpleName(type) + Suggestion.of(field, known);
    }

    private static String syntaxError(String message) {
        String text = POSITION.matcher(message).replaceFirst("");
        Matcher value = UNKNOWN_VALUE.matcher(text);
        if (!value.lookingAt()) {
            return text;
        }
        EnumDescriptor type = SCHEMA.findEnumTypeByName(simpleName(value.group(1)));
        List<String> known = type == null
                ? List.of()
                : type.getValues().stream().map(EnumValueDescriptor::getName).toList();
        return "unknown value '" + value.group(2) + "' of " + simpleName(value.group(1))
                + Suggestion.of(value.group(2), known);
    }

    /** The type as its users know it: without the package. */
    static String simpleName(String fullName) {
        return fullName.substring(SCHEMA.getPackage().length() + 1);
    }

    static @Nullable Descriptor messageType(String fullName) {
        Descriptor found = null;
        for (String name : simpleName(fullName).split("\\.", -1)) {
            found = found == null ? SCHEMA.findMessageTypeByName(name) : found.findNestedTypeByName(name);
            if (found == null) {
                return null;
            }
        }
        return found;
    }
}
