package dev.tern.server.boot.commands;

import java.net.ConnectException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server that a command calls: whether it is named as it must be, and why a call to it failed. */
final class Target {
    private static final int MAX_PORT = 65_535;
    private static final Pattern HOST_AND_PORT = Pattern.compile("(?:[\\w.-]+|\\[[\\p{XDigit}:.]+]):(?<port>\\d{1,5})");

    private Target() {}

    /** What is wrong with {@code --target}; empty for nothing. */
    static String problem(String target) {
        return isHostAndPort(target) ? "" : "--target: " + target + " (expected: HOST:PORT)";
    }

    private static boolean isHostAndPort(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        int port = Integer.parseInt(matcher.group("port"));
        return port > 0 && port <= MAX_PORT;
    }

    /** Why a call failed, in one line: gRPC calls every failure to connect an io exception. */
    static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return "connection refused";
            }
        }
        return String.valueOf(failure.getMessage()).replaceAll("\\R+", " ");
    }
}
