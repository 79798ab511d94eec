package dev.tern.bench.faults;

import dev.tern.bench.process.RedisProcess;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A redis-server of this tool's to which faults can be done while others use it through {@link #address}. */
public final class FaultyRedis implements AutoCloseable {
    private static final String PASSWORD = "another";
    private static final int FORMAT_AT = 4;
    /** What is damaged is read and replaced; so it is damaged again. */
    private static final long AGAIN_MILLIS = 20;

    private final RedisProcess process;
    private final RepliesProxy proxy;
    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final ScheduledExecutorService hand = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "tern-bench-redis-faults");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ScheduledFuture<?> damage;

    private FaultyRedis(RedisProcess process) throws IOException {
        this.process = process;
        this.proxy = new RepliesProxy(process.port());
        this.client = RedisClient.create("redis://127.0.0.1:" + process.port());
        this.connection = client.connect(ByteArrayCodec.INSTANCE);
    }

    /**
     * Starts one; blocks until it answers.
     *
     * @param program redis-server
     * @param cores as taskset takes them; empty for any core
     * @param directory what it works in
     */
    public static FaultyRedis start(Path program, String cores, Path directory) throws IOException {
        RedisProcess process = RedisProcess.start(program, cores, directory);
        try {
            return new FaultyRedis(process);
        } catch (IOException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** What a server is given as its Redis. */
    public String address() {
        return "redis://127.0.0.1:" + proxy.port();
    }

    /** Has its process end and returns at once. Any thread. */
    public void stop() {
        process.stop();
    }

    /**
     * Does the fault soon, on a thread of its own, and makes all well again after a time. Any thread, at once.
     *
     * @return done when the Redis answers again, which others may not have found out then; failed if the fault could not be
     *     done or the Redis does not come back
     */
    public Future<?> strike(Fault fault, Duration lasting) {
        Future<?> begun = hand.submit(() -> {
            proxy.suffer(fault);
            start(fault);
            return null;
        });
        return hand.schedule(
                () -> {
                    begun.get();
                    stop(fault);
                    proxy.suffer(Fault.NONE);
                    return null;
                },
                lasting.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void start(Fault fault) throws IOException {
        switch (fault) {
            case KILLED -> process.kill();
            case FROZEN -> process.freeze();
            case FULL -> fill();
            case PASSWORD -> askForAnother();
            case TRUNCATED -> damage(value -> Arrays.copyOf(value, value.length / 2));
            case FLIPPED -> damage(value -> changed(value, value.length / 2));
            case OLD_FORMAT -> damage(value -> changed(value, FORMAT_AT));
            case NONE, SLOW, RUBBISH, CUT -> {
                // Nothing, or done to the replies.
            }
        }
    }

    private void stop(Fault fault) throws IOException {
        switch (fault) {
            case KILLED -> process.revive();
            case FROZEN -> process.thaw();
            case FULL -> commands().configSet("maxmemory", "0");
            case PASSWORD -> commands().configSet("requirepass", "");
            case TRUNCATED, FLIPPED, OLD_FORMAT -> {
                if (damage != null) {
                    damage.cancel(false);
                }
                commands().flushall();
            }
            case NONE, SLOW, RUBBISH, CUT -> {
                // Nothing, or done to the replies.
            }
        }
    }

    private void fill() {
        commands().flushall();
        commands().configSet("maxmemory-policy", "noeviction");
        commands().configSet("maxmemory", "1");
    }

    private void askForAnother() {
        commands().configSet("requirepass", PASSWORD);
        commands().clientKill(KillArgs.Builder.typeNormal().skipme());
    }

    private void damage(UnaryOperator<byte[]> how) {
        damage = hand.scheduleAtFixedRate(() -> damageAll(how), 0, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void damageAll(UnaryOperator<byte[]> how) {
        List<byte[]> keys = commands().keys("*");
        for (byte[] key : keys) {
            byte[] value = commands().get(key);
            if (value != null && value.length > FORMAT_AT) {
                commands().set(key, how.apply(value));
            }
        }
    }

    private static byte[] changed(byte[] value, int at) {
        byte[] changed = value.clone();
        changed[at] ^= 1;
        return changed;
    }

    private RedisCommands<byte[], byte[]> commands() {
        return connection.sync();
    }

    @Override
    public void close() throws IOException {
        hand.shutdownNow();
        process.thaw();
        proxy.close();
        client.shutdown(0, 1, TimeUnit.SECONDS);
        process.close();
    }
}
