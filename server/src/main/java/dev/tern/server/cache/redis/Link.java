package dev.tern.server.cache.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether there is a connection to Redis; tells the log when that changes. Any thread. */
final class Link implements RedisConnectionStateListener {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final RedisAddress address;
    private final Runnable onConnected;
    private final Set<RedisChannelHandler<?, ?>> connections = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile boolean closing;

    /** @param onConnected run when commands may work again */
    Link(RedisAddress address, Runnable onConnected) {
        this.address = address;
        this.onConnected = onConnected;
    }

    /** Connections there are: one, or one for each node of a cluster that was asked something. */
    int connections() {
        return connections.size();
    }

    /** What ends from here on is meant to. */
    void closing() {
        closing = true;
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress at) {
        failing.set(false);
        boolean first = connections.isEmpty();
        connections.add(connection);
        if (first) {
            LOG.info("Connected to Redis at {}", address);
        }
        onConnected.run();
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        // One that was refused before it was up is told of, too.
        if (connections.remove(connection) && connections.isEmpty() && !closing) {
            LOG.warn("No connection to Redis at {}; requests go to the models until there is one", address);
        }
    }

    /** The first connection is in use. */
    void used() {
        onConnected.run();
    }

    /** The first connection could not be made. Says so once. */
    void failed(@Nullable Throwable error) {
        if (!failing.getAndSet(true) && !closing) {
            LOG.warn("Cannot connect to Redis at {}: {}; trying on", address, reason(error));
        }
    }

    /** What the innermost error says: a refused password, an unknown host. */
    private static String reason(@Nullable Throwable error) {
        Throwable innermost = error;
        while (innermost != null && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost == null || innermost.getMessage() == null ? "unknown" : innermost.getMessage();
    }
}
