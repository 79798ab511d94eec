package dev.tern.server.rpc;

/** Text of callers as it may stand in the log: on one line, and not for ever. */
final class LogText {
    private static final int LONGEST = 200;

    private LogText() {}

    static String of(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
