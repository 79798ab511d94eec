package dev.tern.bench.target;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]/\\s]+)):(\\d{1,5})");
    private static final int LARGEST_PORT = 65_535;

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException for anything else, saying what is expected
     */
    public static HostPort parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            int port = Integer.parseInt(form.group(3));
            if (port >= 1 && port <= LARGEST_PORT) {
                return new HostPort(form.group(1) != null ? form.group(1) : form.group(2), port);
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not a target (expected: host:port, such as localhost:8001)");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
