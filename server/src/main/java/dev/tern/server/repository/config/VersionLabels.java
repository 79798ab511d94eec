package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names for a model's versions, as its configuration gives them: {@code stable:3,canary:4}. */
public final class VersionLabels {
    /** What a label is, to follow "must be". */
    public static final String LABEL_RULE = "a letter, then letters, digits, '_', '-' and '.', 63 characters at most";

    static final String ALLOWED = "pairs of a label and a version, as stable:3,canary:4; a label is " + LABEL_RULE;

    private static final Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,62}");
    private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

    private VersionLabels() {}

    /** Whether {@code text} may be a label: never what Triton reads as a number. */
    public static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /** The versions by label, in the labels' order; of a configuration that was checked. */
    public static Map<String, Long> of(ModelConfig config) {
        ModelParameter given =
                config.getParametersOrDefault(ParameterKeys.VERSION_LABELS, ModelParameter.getDefaultInstance());
        return given.getStringValue().isEmpty() ? Map.of() : parse(given.getStringValue());
    }

    private static Map<String, Long> parse(String value) {
        Map<String, Long> versions = new TreeMap<>();
        NamePairs.nameAndValue(value).forEach((label, version) -> versions.put(label, Long.parseLong(version)));
        return Collections.unmodifiableMap(versions);
    }

    static boolean isAllowed(String value) {
        try {
            return NamePairs.nameAndValue(value).entrySet().stream()
                    .allMatch(each -> isLabel(each.getKey())
                            && VERSION.matcher(each.getValue()).matches());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Which labels stand for versions that are not among those that are to be served; one text for each. */
    public static List<String> warnings(ModelConfig config, Collection<Long> versions) {
        return of(config).entrySet().stream()
                .filter(each -> !versions.contains(each.getValue()))
                .map(each -> "parameters[" + ParameterKeys.VERSION_LABELS + "]: label '" + each.getKey()
                        + "' stands for version " + each.getValue() + ", which is not among those served: "
                        + versions.stream().sorted().map(String::valueOf).collect(Collectors.joining(", ")))
                .toList();
    }
}
