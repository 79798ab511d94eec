package dev.tern.server.repository.config;

import dev.tern.server.repository.config.PaddingConfig.Dimension;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;

/** Reads lists of pairs as {@code input_ids:0,attention_mask:0}. Names may themselves have colons, as {@code x:0}. */
final class NamePairs {
    private NamePairs() {}

    /** Pairs of a name and a value, which stands behind the last colon. */
    static Map<String, String> nameAndValue(String text) {
        return split(text, (left, right) -> right.indexOf(':') < 0);
    }

    /**
     * Pairs of two names, divided at the first colon that leaves a name of {@code lefts} and one of {@code rights}, or
     * else at the first. A name may have {@code [axis]} behind it.
     */
    static Map<String, String> names(String text, Collection<String> lefts, Collection<String> rights) {
        return split(
                text,
                (left, right) -> lefts.contains(Dimension.parse(left).tensor())
                        && rights.contains(Dimension.parse(right).tensor()));
    }

    /** @throws IllegalArgumentException naming the part that is no pair, or the name that comes twice */
    private static Map<String, String> split(String text, BiPredicate<String, String> fits) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String each : text.split(",", -1)) {
            String part = each.strip();
            int colon = colon(part, fits);
            if (colon <= 0) {
                throw new IllegalArgumentException("'" + part + "' is not allowed; must be two parts with a colon");
            }
            String name = part.substring(0, colon).strip();
            if (pairs.put(name, part.substring(colon + 1).strip()) != null) {
                throw new IllegalArgumentException("'" + name + "' comes twice");
            }
        }
        return pairs;
    }

    private static int colon(String part, BiPredicate<String, String> fits) {
        for (int at = part.indexOf(':'); at >= 0; at = part.indexOf(':', at + 1)) {
            if (fits.test(part.substring(0, at).strip(), part.substring(at + 1).strip())) {
                return at;
            }
        }
        return part.indexOf(':');
    }
}
