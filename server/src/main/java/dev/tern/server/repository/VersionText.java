package dev.tern.server.repository;

/** Reads a version as Triton does, with C's rules: space before it and anything after the digits are ignored. */
final class VersionText {
    static final long NOT_A_NUMBER = -1;
    static final long NEGATIVE = -2;

    private VersionText() {}

    /** The version, at least 0, or {@link #NOT_A_NUMBER} (none, or past 63 bits) or {@link #NEGATIVE}. */
    static long parse(String text) {
        int at = 0;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        boolean minus = at < text.length() && text.charAt(at) == '-';
        if (minus || (at < text.length() && text.charAt(at) == '+')) {
            at++;
        }
        if (at == text.length() || !isDigit(text.charAt(at))) {
            return NOT_A_NUMBER;
        }
        long value = 0;
        for (; at < text.length() && isDigit(text.charAt(at)); at++) {
            int digit = text.charAt(at) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return NOT_A_NUMBER;
            }
            value = value * 10 + digit;
        }
        return minus && value > 0 ? NEGATIVE : value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
