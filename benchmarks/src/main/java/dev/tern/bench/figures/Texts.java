package dev.tern.bench.figures;

import java.util.Locale;

/** Texts that are the same in every country. */
final class Texts {
    private Texts() {}

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
