package dev.tern.server.predict;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a model's requests go to its versions, which are given by number or label. What is not allowed is refused by an
 * {@link IllegalArgumentException} that says what is.
 *
 * @param split shares of the requests that name no version; empty where they go to the newest that is ready
 */
public record TrafficSettings(List<Share> split, Sticky sticky, Shadow shadow) {
    /** What a split is, to follow "must be". */
    public static final String SPLIT_RULE =
            "versions, each once, with weights >= 0 that are not all 0, as 1:90,2:10 or stable:90,canary:10";

    /** What a shadow is, to follow "must be". */
    public static final String SHADOW_RULE = "a version and a percentage from 0 to 100, as 3:20 or canary:0.5";

    /** What the metadata key may be, to follow "must be". */
    public static final String METADATA_RULE =
            "a metadata key of lower-case letters, digits, '_', '-' and '.', not ending in -bin or beginning with grpc-";

    /** The newest answers everybody, and nobody gets copies. */
    public static final TrafficSettings NONE = new TrafficSettings(List.of(), Sticky.NONE, Shadow.NONE);

    private static final int MOST_PERCENT = 100;
    private static final Pattern METADATA = Pattern.compile("(?!grpc-)[0-9a-z_.-]+(?<!-bin)");

    public TrafficSettings {
        split = List.copyOf(split);
        check(split);
    }

    private static void check(List<Share> split) {
        Set<String> versions = new HashSet<>();
        double sum = 0;
        for (Share each : split) {
            sum += each.weight();
            if (!versions.add(each.version())) {
                throw new IllegalArgumentException(
                        "version '" + each.version() + "' comes twice in the split; must be " + SPLIT_RULE);
            }
        }
        if (!split.isEmpty() && !(sum > 0 && Double.isFinite(sum))) {
            throw new IllegalArgumentException("the split's weights add up to " + sum + "; must be " + SPLIT_RULE);
        }
    }

    /** One version's part of the requests: its weight of the sum of all. */
    public record Share(String version, double weight) {
        public Share {
            if (version.isBlank() || !(weight >= 0 && Double.isFinite(weight))) {
                throw new IllegalArgumentException(
                        "share '" + version + ":" + weight + "' is not allowed; must be " + SPLIT_RULE);
            }
        }
    }

    /**
     * What keeps a user on one side of the split: requests with equal values go to one version.
     *
     * @param parameter a request's parameter, looked at first; empty for none
     * @param metadata a gRPC metadata key; empty for none
     */
    public record Sticky(String parameter, String metadata) {
        /** Each request by itself. */
        public static final Sticky NONE = new Sticky("", "");

        public Sticky {
            if (!metadata.isEmpty() && !METADATA.matcher(metadata).matches()) {
                throw new IllegalArgumentException("'" + metadata + "' is not allowed; must be " + METADATA_RULE);
            }
        }
    }

    /**
     * A version that gets copies of what others have answered.
     *
     * @param percent of those requests; 0 for no copies
     */
    public record Shadow(String version, double percent) {
        /** Nobody. */
        public static final Shadow NONE = new Shadow("", 0);

        public Shadow {
            if (!(percent >= 0 && percent <= MOST_PERCENT) || (version.isBlank() && percent > 0)) {
                throw new IllegalArgumentException(
                        "shadow '" + version + ":" + percent + "' is not allowed; must be " + SHADOW_RULE);
            }
        }

        /** Whether any request is copied. */
        public boolean isOn() {
            return percent > 0;
        }
    }

    /** These settings with another split. */
    public TrafficSettings withSplit(List<Share> other) {
        return new TrafficSettings(other, sticky, shadow);
    }

    /** These settings, sticky by something else. */
    public TrafficSettings withSticky(Sticky other) {
        return new TrafficSettings(split, other, shadow);
    }

    /** These settings with another shadow. */
    public TrafficSettings withShadow(Shadow other) {
        return new TrafficSettings(split, sticky, other);
    }
}
