package dev.tern.bench.figures;

import java.util.Locale;

/** Texts that are the same in every country. */
public final class Texts {
    private Texts() {}

    /** As String.format, whatever the locale. */
    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
