package dev.tern.server.cache.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Redis is.
 *
 * @param tls whether all connections are encrypted
 * @param nodes the server; or the sentinels; or some nodes of the cluster
 * @param database by number; 0 in a cluster
 * @param master the name that the sentinels know it by; empty otherwise
 */
public record RedisAddress(Topology topology, boolean tls, List<Node> nodes, int database, String master) {
    /** What an address looks like, for messages. */
    public static final String FORM = "redis://HOST[:PORT][/DATABASE],"
            + " redis-sentinel://HOST[:PORT],...[/DATABASE]#MASTER or redis-cluster://HOST[:PORT],...;"
            + " rediss... for TLS; no user name or password in it";

    private static final Pattern FORMAT =
            Pattern.compile("redis(s?)(-sentinel|-cluster)?://([^/#@]+)(?:/(\\d{1,5})?)?(?:#([A-Za-z0-9._-]+))?");
    private static final Pattern NODE = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int MAX_PORT = 65_535;

    public RedisAddress {
        nodes = List.copyOf(nodes);
    }

    /** What stands behind an address. */
    public enum Topology {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    /** One server. */
    public record Node(String host, int port) {}

    /** The address written as {@code text}; empty if that is none. */
    public static Optional<RedisAddress> parse(String text) {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Topology topology = topology(matcher.group(2));
        List<Node> nodes = nodes(matcher.group(3), topology == Topology.SENTINEL ? SENTINEL_PORT : PORT);
        String master = Optional.ofNullable(matcher.group(5)).orElse("");
        int database =
                Optional.ofNullable(matcher.group(4)).map(Integer::parseInt).orElse(0);
        boolean consistent = !nodes.isEmpty()
                && (topology == Topology.SENTINEL) != master.isEmpty()
                && (topology != Topology.STANDALONE || nodes.size() == 1)
                && (topology != Topology.CLUSTER || database == 0);
        return consistent
                ? Optional.of(new RedisAddress(topology, !matcher.group(1).isEmpty(), nodes, database, master))
                : Optional.empty();
    }

    private static Topology topology(String suffix) {
        if (suffix == null) {
            return Topology.STANDALONE;
        }
        return suffix.equals("-cluster") ? Topology.CLUSTER : Topology.SENTINEL;
    }

    /** Empty if one of them is wrong. */
    private static List<Node> nodes(String text, int defaultPort) {
        List<Node> nodes = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            Matcher matcher = NODE.matcher(each);
            if (!matcher.matches()) {
                return List.of();
            }
            int port = matcher.group(2) == null ? defaultPort : Integer.parseInt(matcher.group(2));
            if (port < 1 || port > MAX_PORT) {
                return List.of();
            }
            nodes.add(new Node(matcher.group(1).replaceAll("[\\[\\]]", ""), port));
        }
        return nodes;
    }

    /** As it is written, without what is a default. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(tls ? "rediss" : "redis");
        text.append(
                switch (topology) {
                    case STANDALONE -> "";
                    case SENTINEL -> "-sentinel";
                    case CLUSTER -> "-cluster";
                });
        text.append("://");
        text.append(String.join(",", nodes.stream().map(RedisAddress::shown).toList()));
        text.append(database == 0 ? "" : "/" + database);
        return text.append(master.isEmpty() ? "" : "#" + master).toString();
    }

    private static String shown(Node node) {
        return (node.host().contains(":") ? "[" + node.host() + "]" : node.host()) + ":" + node.port();
    }
}
