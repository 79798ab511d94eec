package dev.tern.server.rpc;

import java.util.regex.Pattern;

/** Text of callers as it may stand in the log: on one line, and not for ever. */
final class LogText {
    private static final int LONGEST = 200;

    /** What ends a line, speaks to a terminal, or turns the direction of what follows. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private LogText() {}

    static String of(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return INVISIBLE.matcher(shown).replaceAll("?");
    }
}
