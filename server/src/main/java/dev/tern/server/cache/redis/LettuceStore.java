package dev.tern.server.cache.redis;

import dev.tern.server.cache.redis.RedisAddress.Topology;
import dev.tern.server.predict.Clock;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis over one connection that all share (one for each node of a cluster). A connection that was lost is made again by
 * Lettuce, the first one by this class; commands fail meanwhile.
 */
final class LettuceStore implements Store, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LettuceStore.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_SECONDS = 2;

    /** What Redis says of a value that is no string. */
    private static final String WRONG_TYPE = "WRONGTYPE";

    private static final byte[] NOTHING = {};

    private final RedisSettings settings;
    private final Clock clock;
    private final AbstractRedisClient client;
    private final Supplier<CompletionStage<Connection>> connecting;
    private final Link link;
    private final @Nullable Tracking tracking;
    private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;
    private volatile boolean closed;

    /** A connection, and what can be asked over it. */
    private record Connection(
            StatefulConnection<byte[], byte[]> connection, RedisClusterAsyncCommands<byte[], byte[]> commands) {}

    /**
     * @param link told of the connections that come and go
     * @param tracking told what goes; null for nobody. Not of a cluster
     */
    LettuceStore(RedisSettings settings, LettuceThreads threads, Clock clock, Link link, @Nullable Tracking tracking) {
        this.settings = settings;
        this.clock = clock;
        this.link = link;
        this.tracking = tracking;
        if (settings.address().topology() == Topology.CLUSTER) {
            RedisClusterClient cluster = RedisClusterClient.create(threads.resources(), Clients.uris(settings));
            cluster.setOptions(Clients.clusterOptions(settings));
            this.client = cluster;
            this.connecting = () -> connect(cluster);
        } else {
            RedisClient single = RedisClient.create(threads.resources());
            single.setOptions(Clients.options(settings));
            this.client = single;
            this.connecting = () -> connect(single);
        }
        client.addListener(link);
    }

    private CompletionStage<Connection> connect(RedisClient single) {
        return single.connectAsync(
                        ByteArrayCodec.INSTANCE, Clients.uris(settings).get(0))
                .thenApply(this::tracked);
    }

    private Connection tracked(StatefulRedisConnection<byte[], byte[]> connection) {
        if (tracking != null) {
            tracking.follow(connection);
        }
        return new Connection(connection, connection.async());
    }

    private static CompletionStage<Connection> connect(RedisClusterClient cluster) {
        return cluster.refreshPartitionsAsync()
                .thenCompose(known -> cluster.connectAsync(ByteArrayCodec.INSTANCE))
                .thenApply(connection -> new Connection(connection, connection.async()));
    }

    /** Connects, and goes on trying until it has worked once. Any thread. */
    void connect() {
        if (closed) {
            return;
        }
        CompletionStage<Connection> made;
        try {
            made = connecting.get();
        } catch (RuntimeException e) {
            made = CompletableFuture.failedFuture(e);
        }
        var unused = made.whenComplete(this::connected);
    }

    private void connected(@Nullable Connection made, @Nullable Throwable error) {
        if (made == null) {
            link.failed(error);
            clock.schedule(clock.nanoTime() + RETRY_NANOS, this::connect);
            return;
        }
        commands = made.commands();
        link.used();
        if (closed) {
            var unused = made.connection().closeAsync();
        }
    }

    @Override
    public CompletionStage<byte[]> get(byte[] key) {
        return ask(redis -> redis.get(key)).exceptionally(LettuceStore::valueOfAnotherType);
    }

    @Override
    public CompletionStage<List<byte[]>> getAll(List<byte[]> keys) {
        return ask(redis -> redis.mget(keys.toArray(byte[][]::new))
                .thenApply(found -> found.stream().map(LettuceStore::value).toList()));
    }

    @Override
    public CompletionStage<?> put(byte[] key, byte[] value, long ttlMillis) {
        return ask(redis -> redis.set(key, value, SetArgs.Builder.px(ttlMillis)));
    }

    @Override
    public CompletionStage<Page> scan(String pattern, int count, @Nullable Page after) {
        ScanCursor from = after instanceof Keys before ? before.cursor() : ScanCursor.INITIAL;
        ScanArgs matching = ScanArgs.Builder.matches(pattern).limit(count);
        return ask(redis -> redis.scan(from, matching).thenApply(Keys::new));
    }

    @Override
    public CompletionStage<Long> remove(List<byte[]> keys) {
        return ask(redis -> redis.unlink(keys.toArray(byte[][]::new)));
    }

    /** In a cluster the cursor goes from one master to the next. */
    private record Keys(KeyScanCursor<byte[]> cursor) implements Page {
        @Override
        public List<byte[]> keys() {
            return cursor.getKeys();
        }

        @Override
        public boolean isLast() {
            return cursor.isFinished();
        }
    }

    private <T> CompletionStage<T> ask(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        RedisClusterAsyncCommands<byte[], byte[]> redis = commands;
        if (redis == null) {
            return CompletableFuture.failedFuture(new NotConnectedException());
        }
        try {
            return command.apply(redis);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What is no string is no answer either, and says nothing of Redis' health. */
    private static byte[] valueOfAnotherType(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof RedisCommandExecutionException
                && String.valueOf(cause.getMessage()).startsWith(WRONG_TYPE)) {
            return NOTHING;
        }
        throw new CompletionException(cause);
    }

    private static byte @Nullable [] value(KeyValue<byte[], byte[]> found) {
        return found.getValueOrElse(null);
    }

    @Override
    public void close() {
        closed = true;
        link.closing();
        try {
            client.shutdownAsync(0, PATIENCE_SECONDS, TimeUnit.SECONDS).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The connection to Redis was not closed in order", e);
        }
    }
}
