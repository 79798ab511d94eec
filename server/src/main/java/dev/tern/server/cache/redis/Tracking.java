package dev.tern.server.cache.redis;

import dev.tern.server.predict.Clock;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.ByteArrayCodec;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Redis tell which answers go or are written by others, over the connection that is asked for answers: so each reply
 * is dealt with before what is told after it. When Redis begins to tell, after each new connection, all that is kept in
 * memory is dropped: nobody knows what went before. On Redis' event loop.
 */
final class Tracking implements PushListener, RedisConnectionStateListener {
    private static final Logger LOG = LoggerFactory.getLogger(Tracking.class);
    private static final String INVALIDATE = "invalidate";
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final RedisKeys keys;
    private final NearLevels near;
    private final Clock clock;
    private final AtomicInteger attempts = new AtomicInteger(1);
    private final AtomicBoolean refused = new AtomicBoolean();
    private volatile @Nullable RedisAsyncCommands<byte[], byte[]> commands;
    /** The attempt that Redis has agreed to; of no use when there was another since, or the connection was lost. */
    private volatile int agreed;

    Tracking(RedisKeys keys, NearLevels near, Clock clock) {
        this.keys = keys;
        this.near = near;
        this.clock = clock;
    }

    /** Whether Redis tells, and what was kept before is given out no more. */
    boolean isOn() {
        return agreed == attempts.get();
    }

    /** Begins with a connection that has just been made; later ones in its place are followed by themselves. Once. */
    void follow(StatefulRedisConnection<byte[], byte[]> connection) {
        commands = connection.async();
        connection.addListener((PushListener) this);
        connection.addListener((RedisConnectionStateListener) this);
        ask();
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress at) {
        ask();
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        // Whatever is under way is of the connection that was.
        attempts.incrementAndGet();
    }

    private void ask() {
        RedisAsyncCommands<byte[], byte[]> redis = commands;
        if (redis == null) {
            return;
        }
        int attempt = attempts.incrementAndGet();
        CompletionStage<String> asked;
        try {
            // Redis refuses a prefix that the connection has already, as after a reply that was lost.
            var unused = redis.clientTracking(TrackingArgs.Builder.enabled(false));
            asked = redis.clientTracking(TrackingArgs.Builder.enabled()
                    .bcast()
                    .prefixes(keys.space())
                    .noloop());
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        var unused = asked.whenComplete((ok, error) -> answered(attempt, error));
    }

    private void answered(int attempt, @Nullable Throwable error) {
        if (attempt != attempts.get()) {
            return;
        }
        if (error == null) {
            refused.set(false);
            near.unknown();
            agreed = attempt;
            return;
        }
        if (error instanceof RedisCommandExecutionException && !refused.getAndSet(true)) {
            LOG.warn(
                    "Redis does not tell what goes: {}; answers in memory stay until their time is over",
                    reason(error));
        }
        clock.schedule(clock.nanoTime() + RETRY_NANOS, () -> askAgain(attempt));
    }

    private void askAgain(int attempt) {
        if (attempt == attempts.get()) {
            ask();
        }
    }

    private static String reason(Throwable error) {
        return String.valueOf(error.getMessage());
    }

    @Override
    public void onPushMessage(PushMessage message) {
        if (!INVALIDATE.equals(message.getType())) {
            return;
        }
        try {
            List<Object> content = message.getContent(ByteArrayCodec.INSTANCE::decodeKey);
            if (content.size() > 1 && content.get(1) instanceof List<?> gone) {
                gone.forEach(this::gone);
            } else {
                // Redis was emptied.
                near.allGone();
            }
        } catch (RuntimeException e) {
            LOG.error("What Redis tells could not be followed", e);
            near.unknown();
        }
    }

    private void gone(@Nullable Object key) {
        if (!(key instanceof byte[] text)) {
            return;
        }
        RedisKeys.Parsed parsed = keys.read(text);
        String cleared = keys.readMark(text);
        if (parsed != null) {
            near.gone(parsed);
        } else if (cleared != null) {
            near.cleared(cleared);
        }
    }
}
