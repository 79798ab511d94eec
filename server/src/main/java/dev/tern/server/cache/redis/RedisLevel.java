package dev.tern.server.cache.redis;

import dev.tern.server.predict.Clock;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Redis, for all models of this process: the connection, its threads, and what is known of its health. Any thread may call.
 */
public final class RedisLevel implements AutoCloseable {
    /** Threads that one has: Lettuce's event loop, its worker and its timer, and the writer. */
    public static final int THREADS = 4;

    /** What waits to be written, at the most. */
    private static final int MAX_WRITES = 16_384;

    private static final long MAX_WRITE_BYTES = 64L << 20;

    private final LettuceThreads threads;
    private final ExecutorService writer;
    private final Link link;
    private final LettuceStore store;
    private final RedisKeys keys;
    private final LookUpBreakers lookUps;
    private final Breaker writeBreaker;
    private final Writes writes;
    private final NearLevels near;
    private final @Nullable Tracking tracking;
    private final RedisSide side;

    /**
     * Begins to connect; whether that works is not waited for.
     *
     * @param secret what values are signed with: replicas that share a Redis have it in common; at least one byte
     * @param clock whose timer ends budgets
     * @param wall the time of day, by which answers have an age
     * @param makers of threads, by role
     */
    public RedisLevel(
            RedisSettings settings,
            byte[] secret,
            Clock clock,
            InstantSource wall,
            Function<String, ThreadFactory> makers) {
        this.threads = new LettuceThreads(makers);
        this.writer = Executors.newSingleThreadExecutor(makers.apply("tern-redis-writer"));
        this.keys = new RedisKeys(settings.prefix(), secret);
        this.near = new NearLevels(writer);
        ValueCodec codec = new ValueCodec(secret, settings.packAbove(), settings.maxValueBytes());
        this.lookUps = new LookUpBreakers(
                new Breaker(
                        "look-ups",
                        clock,
                        new BreakerLog(
                                "Asking Redis fails too often: stopped until it works again",
                                "Asking Redis works again")),
                Breaker.ofValues(
                        clock,
                        new BreakerLog(
                                "Half of what Redis is asked for, or more, cannot be read: few requests ask until it can",
                                "What Redis has can be read again")));
        this.writeBreaker = new Breaker(
                "writes",
                clock,
                new BreakerLog(
                        "Writing to Redis fails too often: stopped until it works again",
                        "Writing to Redis works again"));
        this.link = new Link(settings.address(), this::tryAgain);
        this.tracking = settings.tracking() ? new Tracking(keys, near, clock) : null;
        this.store = new LettuceStore(settings, threads, clock, link, tracking);
        this.writes = new Writes(store, codec, writeBreaker, writer, MAX_WRITES, MAX_WRITE_BYTES);
        this.side = new RedisSide(
                store, codec, lookUps, writes, writer, clock, wall, near::told, ConcurrentHashMap.newKeySet());
        store.connect();
    }

    private void tryAgain() {
        lookUps.tryAgain();
        writeBreaker.tryAgain();
    }

    /**
     * The answers of one version of {@code model}; closed with it.
     *
     * @param memory what this process keeps of the model by itself
     */
    public RedisAnswers answers(String model, ModelTimes times, NearAnswers memory, L2Observer observer) {
        String tag = keys.tag(model);
        near.add(tag, memory);
        return new RedisAnswers(
                side, new ModelSide(keys.of(tag), memory, observer), times, () -> near.remove(tag, memory));
    }

    /** Whether look-ups are made, as far as Redis replies to them in time. */
    public BreakerState lookUpState() {
        return lookUps.replies().state();
    }

    /** Whether look-ups are made, as far as what Redis has can be read. */
    public BreakerState valueState() {
        return lookUps.values().state();
    }

    /** Whether answers are written. */
    public BreakerState writeState() {
        return writeBreaker.state();
    }

    /** Connections there are: one, or one for each node of a cluster that was asked something. */
    public int connections() {
        return link.connections();
    }

    /** Bytes of answers that are on their way to Redis. */
    public long pendingWriteBytes() {
        return writes.bytes();
    }

    /** Whether Redis tells this process what goes; never where that is not wanted. */
    public boolean isTracking() {
        return tracking != null && tracking.isOn();
    }

    /** How often it did. */
    public long invalidations() {
        return near.told();
    }

    /** Ends connections and threads; waits for a few seconds at the most. What was not written yet is not written. */
    @Override
    public void close() {
        writes.close();
        writer.shutdown();
        store.close();
        threads.close();
    }
}
