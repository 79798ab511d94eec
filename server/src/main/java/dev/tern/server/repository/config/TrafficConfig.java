package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelParameter;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.predict.TrafficSettings.Share;
import dev.tern.server.predict.TrafficSettings.Sticky;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** How a model's requests go to its versions, as its configuration has it. */
public final class TrafficConfig {
    private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

    private TrafficConfig() {}

    /** Of a configuration that was checked. */
    public static TrafficSettings of(ModelConfig config) {
        String split = text(config, ParameterKeys.TRAFFIC_SPLIT);
        String shadow = text(config, ParameterKeys.TRAFFIC_SHADOW);
        Sticky sticky = new Sticky(
                text(config, ParameterKeys.TRAFFIC_STICKY_PARAMETER),
                text(config, ParameterKeys.TRAFFIC_STICKY_METADATA));
        return new TrafficSettings(
                split.isEmpty() ? List.of() : split(split), sticky, shadow.isEmpty() ? Shadow.NONE : shadow(shadow));
    }

    private static String text(ModelConfig config, String key) {
        return config.getParametersOrDefault(key, ModelParameter.getDefaultInstance())
                .getStringValue();
    }

    /**
     * Reads a split such as {@code 1:90,2:10}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static List<Share> split(String text) {
        List<Share> shares = new ArrayList<>();
        NamePairs.nameAndValue(text)
                .forEach((version, weight) -> shares.add(new Share(version(version), number(weight))));
        return new TrafficSettings(shares, Sticky.NONE, Shadow.NONE).split();
    }

    /**
     * Reads a shadow such as {@code 3:20}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Shadow shadow(String text) {
        Map<String, String> pairs = NamePairs.nameAndValue(text);
        if (pairs.size() != 1) {
            throw new IllegalArgumentException("'" + text + "' is not allowed; must be " + TrafficSettings.SHADOW_RULE);
        }
        Map.Entry<String, String> pair = pairs.entrySet().iterator().next();
        return new Shadow(version(pair.getKey()), number(pair.getValue()));
    }

    private static String version(String text) {
        if (!isVersion(text) && !VersionLabels.isLabel(text)) {
            throw new IllegalArgumentException("'" + text + "' is not allowed; must be a version's number or label");
        }
        return text;
    }

    private static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not allowed; must be a number", e);
        }
    }

    static boolean isSplit(String value) {
        return isAllowed(TrafficConfig::split, value);
    }

    static boolean isShadow(String value) {
        return isAllowed(TrafficConfig::shadow, value);
    }

    static boolean isMetadata(String value) {
        return !value.isEmpty() && isAllowed(key -> new Sticky("", key), value);
    }

    private static boolean isAllowed(Consumer<String> reading, String value) {
        try {
            reading.accept(value);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Which versions get requests or copies that are not among those that are to be served; one text for each. */
    public static List<String> warnings(ModelConfig config, Collection<Long> versions) {
        TrafficSettings traffic = of(config);
        Set<String> labels = VersionLabels.of(config).keySet();
        List<String> warnings = new ArrayList<>();
        for (Share each : traffic.split()) {
            warn(warnings, ParameterKeys.TRAFFIC_SPLIT, each.version(), labels, versions);
        }
        if (traffic.shadow().isOn()) {
            warn(warnings, ParameterKeys.TRAFFIC_SHADOW, traffic.shadow().version(), labels, versions);
        }
        return warnings;
    }

    /** What a label stands for is looked at where the labels are. */
    private static void warn(
            List<String> warnings, String key, String version, Set<String> labels, Collection<Long> versions) {
        boolean known = isVersion(version) ? versions.contains(Long.parseLong(version)) : labels.contains(version);
        if (!known) {
            warnings.add("parameters[" + key + "]: '" + version
                    + "' is no label and not among the versions served, so it gets nothing while that is so");
        }
    }
}
