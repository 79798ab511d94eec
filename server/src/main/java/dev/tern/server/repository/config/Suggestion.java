package dev.tern.server.repository.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known name that a misspelt one was probably meant to be. */
final class Suggestion {
    private Suggestion() {}

    /** {@code "; did you mean 'x'?"}, or nothing when no name of {@code known} is close. */
    static String of(String given, Collection<String> known) {
        return known.stream()
                .filter(each -> distance(given, each) <= Math.max(1, given.length() / 3))
                .min(Comparator.<String>comparingInt(each -> distance(given, each))
                        .thenComparing(Comparator.naturalOrder()))
                .map(each -> "; did you mean '" + each + "'?")
                .orElse("");
    }

    /** Levenshtein's distance: the fewest letters to insert, delete or replace. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
