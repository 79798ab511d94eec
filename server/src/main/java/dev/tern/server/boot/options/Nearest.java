package dev.tern.server.boot.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a misspelt name was meant to be, by edit distance. */
final class Nearest {
    private Nearest() {}

    /** " (did you mean …?)" if one of the known names is near, else nothing. */
    static String hint(String word, Collection<String> known) {
        return to(word, known).map(it -> " (did you mean " + it + "?)").orElse("");
    }

    static Optional<String> to(String word, Collection<String> known) {
        int furthest = Math.max(2, word.length() / 3);
        return known.stream()
                .min(Comparator.comparingInt((String it) -> distance(word, it)).thenComparing(it -> it))
                .filter(it -> distance(word, it) <= furthest);
    }

    /** Levenshtein's distance, one row of the table at a time. */
    static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
