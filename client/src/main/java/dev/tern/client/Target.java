package dev.tern.client;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** A host and a port. */
final class Target {
    private static final int MOST = 65_535;

    private final String host;
    private final int port;

    private Target(String host, int port) {
        this.host = host;
        this.port = port;
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
