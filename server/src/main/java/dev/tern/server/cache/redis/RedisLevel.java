package dev.tern.server.cache.redis;

import dev.tern.server.predict.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis, for all models of this process: the connection, its threads, and what is known of its health. Any thread may call.
 */
public final class RedisLevel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLevel.class);

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
    private final ValueCodec codec;
    private final Breaker lookUps;
    private final Breaker writeBreaker;
    private final Writes writes;
    private final Clock clock;

    /**
     * Begins to connect; whether that works is not waited for.
     *
     * @param secret what values are signed with: replicas that share a Redis have it in common; at least one byte
     * @param clock whose timer ends budgets
     * @param makers of threads, by role
     */
    public RedisLevel(RedisSettings settings, byte[] secret, Clock clock, Function<String, ThreadFactory> makers) {
        this.clock = clock;
        this.threads = new LettuceThreads(makers);
        this.writer = Executors.newSingleThreadExecutor(makers.apply("tern-redis-writer"));
        this.keys = new RedisKeys(settings.prefix());
        this.codec = new ValueCodec(secret, settings.packAbove(), settings.maxValueBytes());
        this.lookUps = new Breaker("look-ups", clock, state -> tell("Asking", state));
        this.writeBreaker = new Breaker("writes", clock, state -> tell("Writing to", state));
        this.link = new Link(settings.address(), this::tryAgain);
        this.store = new LettuceStore(settings, threads, clock, link);
        this.writes = new Writes(store, keys, codec, writeBreaker, writer, MAX_WRITES, MAX_WRITE_BYTES);
        store.connect();
    }

    private static void tell(String what, BreakerState state) {
        switch (state) {
            case CLOSED -> LOG.info("{} Redis works again", what);
            case HALF_OPEN -> LOG.debug("{} Redis is tried again", what);
            case OPEN -> LOG.warn("{} Redis fails too often: stopped for a while", what);
        }
    }

    private void tryAgain() {
        lookUps.tryAgain();
        writeBreaker.tryAgain();
    }

    /** The answers of one model version. */
    public RedisAnswers answers(ModelTimes times, L2Observer observer) {
        return new RedisAnswers(store, keys, codec, lookUps, writes, clock, times, observer);
    }

    /** Whether look-ups are made. */
    public BreakerState lookUpState() {
        return lookUps.state();
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

    /** Ends connections and threads; waits for a few seconds at the most. What was not written yet is not written. */
    @Override
    public void close() {
        writes.close();
        writer.shutdown();
        store.close();
        threads.close();
    }
}
