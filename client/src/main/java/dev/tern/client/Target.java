package dev.tern.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A host and a port. */
final class Target {
    private static final int MOST = 65_535;

    /** {@code host:port}, alone or behind {@code dns:}; other targets are for gRPC to read. */
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:dns:(?://[^/]*/)?)?(?:[^:/\\[\\]]+|\\[[^\\]]*]):(-?\\d+)");

    private final String host;
    private final int port;

    private Target(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** Refuses {@code text} if it has a port that there is not: gRPC would look for it in vain until the deadline. */
    static void requirePort(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (matcher.matches() && !isPort(matcher.group(1))) {
            throw new IllegalArgumentException(
                    "target '" + text + "' has port " + matcher.group(1) + " (expected: 1 to " + MOST + ")");
        }
    }

    private static boolean isPort(String number) {
        try {
            return isPort(Integer.parseInt(number));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Reads {@code host:port}; an IPv6 address stands in brackets. */
    static Target parse(String text) {
        try {
            URI uri = new URI(null, text, null, null, null);
            if (uri.getHost() != null && isPort(uri.getPort()) && uri.getUserInfo() == null) {
                return new Target(uri.getHost(), uri.getPort());
            }
        } catch (URISyntaxException e) {
            throw invalid(text, e);
        }
        throw invalid(text, null);
    }

    private static boolean isPort(int port) {
        return port > 0 && port <= MOST;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static IllegalArgumentException invalid(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException("target '" + text + "' among several (expected: host:port)", cause);
    }
}
