package dev.tern.server.cache.redis;

import dev.tern.server.cache.redis.RedisAddress.Node;
import dev.tern.server.cache.redis.RedisAddress.Topology;
import dev.tern.server.cache.redis.RedisSettings.Certificates;
import dev.tern.server.cache.redis.RedisSettings.Credentials;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.resource.EpollProvider;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What Lettuce is told: addresses and options. */
final class Clients {
    /** For connecting, names and passwords included. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** A peer that says nothing for so long, not even that it has received something, is gone. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration REFRESH = Duration.ofSeconds(30);

    /** Commands under way on one connection: a Redis that does not answer must not fill the memory. */
    private static final int MAX_COMMANDS = 16_384;

    private Clients() {}

    /** The server; or what the sentinels know it by; or each of the cluster's nodes that were given. */
    static List<RedisURI> uris(RedisSettings settings) {
        RedisAddress address = settings.address();
        if (address.topology() != Topology.SENTINEL) {
            return address.nodes().stream()
                    .map(node -> complete(RedisURI.Builder.redis(node.host(), node.port()), settings))
                    .toList();
        }
        Node first = address.nodes().get(0);
        RedisURI.Builder sentinels = RedisURI.Builder.sentinel(first.host(), first.port(), address.master());
        address.nodes().stream().skip(1).forEach(node -> sentinels.withSentinel(node.host(), node.port()));
        RedisURI uri = complete(sentinels, settings);
        uri.getSentinels().forEach(sentinel -> sentinel.setSsl(address.tls()));
        uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(CONNECT_TIMEOUT));
        return List.of(uri);
    }

    private static RedisURI complete(RedisURI.Builder uri, RedisSettings settings) {
        Credentials credentials = settings.credentials();
        if (!credentials.user().isEmpty()) {
            uri.withAuthentication(credentials.user(), credentials.password().toCharArray());
        } else if (!credentials.password().isEmpty()) {
            uri.withPassword(credentials.password().toCharArray());
        }
        return uri.withSsl(settings.address().tls())
                .withDatabase(settings.address().database())
                .withClientName("tern")
                .withTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** Commands fail while there is no connection, and those that were under way are not sent again. */
    static ClientOptions options(RedisSettings settings) {
        return ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .requestQueueSize(MAX_COMMANDS)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(socketOptions())
                .sslOptions(sslOptions(settings.certificates()))
                .build();
    }

    static ClusterClientOptions clusterOptions(RedisSettings settings) {
        return ClusterClientOptions.builder(options(settings))
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(REFRESH)
                        .build())
                .build();
    }

    private static SocketOptions socketOptions() {
        return SocketOptions.builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .keepAlive(KeepAliveOptions.builder()
                        .enable()
                        .idle(SILENCE)
                        .interval(SILENCE.dividedBy(4))
                        .count(3)
                        .build())
                .tcpUserTimeout(TcpUserTimeoutOptions.builder()
                        .enable(EpollProvider.isAvailable())
                        .tcpUserTimeout(SILENCE)
                        .build())
                .build();
    }

    private static SslOptions sslOptions(Certificates certificates) {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider().handshakeTimeout(CONNECT_TIMEOUT);
        certificates.authority().map(Path::toFile).ifPresent(options::trustManager);
        if (certificates.certificate().isPresent() && certificates.key().isPresent()) {
            File certificate = certificates.certificate().get().toFile();
            options.keyManager(certificate, certificates.key().get().toFile(), new char[0]);
        }
        return options.build();
    }
}
