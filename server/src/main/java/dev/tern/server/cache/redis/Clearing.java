package dev.tern.server.cache.redis;

import dev.tern.server.predict.Clock;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds all keys of a model, page by page, and removes them: on the writer's thread, behind all that was handed to it
 * before. Redis looks at all keys it has for that, so it takes a while; it serves others between the pages. At the end the
 * model's mark comes and goes, for those whom Redis tells what goes: they have answers that never were in Redis, too.
 */
final class Clearing {
    private static final Logger LOG = LoggerFactory.getLogger(Clearing.class);

    /** Keys that Redis looks at for a page. */
    static final int PAGE = 1_000;

    /** Between two replies. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** When the mark goes by itself, should it not be removed. */
    private static final long MARK_MILLIS = 1_000;

    private static final byte[] NOTHING = {};

    private static final String ENDING = "the server is shutting down";

    /** What Lettuce says of a command that it does not take because of those under way. */
    private static final String TOO_MANY = " size exceeded: ";

    /** How Redis' errors begin. */
    private static final Pattern CODE = Pattern.compile("([A-Z]+) .*", Pattern.DOTALL);

    private final Store store;
    private final Executor writer;
    private final Clock clock;
    private final ModelKeys keys;
    private final CompletableFuture<Cleared> done = new CompletableFuture<>();
    private final AtomicLong removed = new AtomicLong();
    private final AtomicInteger replies = new AtomicInteger();

    private Clearing(Store store, Executor writer, Clock clock, ModelKeys keys) {
        this.store = store;
        this.writer = writer;
        this.clock = clock;
        this.keys = keys;
    }

    /**
     * Begins, unless the model is being cleared already: what was written since that began may stay, so it does not count for
     * two. What is returned completes on any thread, never exceptionally.
     */
    static CompletionStage<Cleared> of(RedisSide redis, ModelKeys keys) {
        String pattern = keys.pattern();
        if (!redis.clearings().add(pattern)) {
            return CompletableFuture.completedFuture(new Cleared(0, "another call is clearing it"));
        }
        Clearing clearing = new Clearing(redis.store(), redis.writer(), redis.clock(), keys);
        CompletionStage<Cleared> ended = clearing.done.whenComplete((cleared, none) -> {
            boolean unused = redis.clearings().remove(pattern);
        });
        clearing.begin();
        return ended;
    }

    private void begin() {
        try {
            follow(CompletableFuture.runAsync(this::start, writer));
        } catch (RejectedExecutionException e) {
            fail(ENDING);
        }
    }

    private void start() {
        watch(0);
        scan(null);
    }

    private void scan(Store.@Nullable Page after) {
        follow(store.scan(keys.pattern(), PAGE, after).thenAcceptAsync(this::remove, writer));
    }

    private void remove(Store.Page page) {
        replies.incrementAndGet();
        if (page.keys().isEmpty()) {
            goOn(page);
        } else {
            follow(store.remove(page.keys()).thenAcceptAsync(count -> removed(page, count), writer));
        }
    }

    private void removed(Store.Page page, long count) {
        replies.incrementAndGet();
        removed.addAndGet(count);
        goOn(page);
    }

    private void goOn(Store.Page page) {
        if (page.isLast()) {
            mark();
        } else if (!done.isDone()) {
            scan(page);
        }
    }

    /** Not first, as a Redis that is full takes nothing in before. */
    private void mark() {
        follow(store.put(keys.mark(), NOTHING, MARK_MILLIS)
                .thenCompose(set -> {
                    replies.incrementAndGet();
                    return store.remove(List.of(keys.mark()));
                })
                .thenAccept(count -> {
                    boolean unused = done.complete(new Cleared(removed.get(), ""));
                }));
    }

    private void follow(CompletionStage<Void> step) {
        var unused = step.whenComplete((ended, error) -> {
            if (error != null) {
                fail(problem(error));
            }
        });
    }

    private void fail(String problem) {
        if (done.complete(new Cleared(removed.get(), problem))) {
            LOG.warn("Answers in Redis could not be cleared, as {}; {} were", problem, removed.get());
        }
    }

    /** Fails if Redis has not replied since it had so many times. On the timer's thread. */
    private void watch(int seen) {
        clock.schedule(clock.nanoTime() + PATIENCE_NANOS, () -> {
            int now = replies.get();
            if (done.isDone()) {
                return;
            }
            if (now == seen) {
                fail("Redis has not replied for " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s");
            } else {
                watch(now);
            }
        });
    }

    private static String problem(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof RedisCommandExecutionException) {
            Matcher matcher = CODE.matcher(String.valueOf(cause.getMessage()));
            return "Redis refuses it" + (matcher.matches() ? ": " + matcher.group(1) : "");
        }
        if (cause instanceof RejectedExecutionException) {
            return ENDING;
        }
        if (isOneTooMany(cause)) {
            return "too many commands to Redis are under way";
        }
        if (isOfTheConnection(cause)) {
            LOG.debug("The connection to Redis was lost or is not there", cause);
            return "there is no connection to Redis";
        }
        LOG.warn("Answers in Redis could not be cleared", cause);
        return "it failed";
    }

    /** Lettuce, which has a queue, a buffer and a stack of so many, says it by its plain exception alone. */
    private static boolean isOneTooMany(Throwable cause) {
        return cause instanceof RedisException
                && String.valueOf(cause.getMessage()).contains(TOO_MANY);
    }

    /** Lettuce says it by its plain exception, too; what was under way is cancelled, or has the socket's error. */
    private static boolean isOfTheConnection(Throwable cause) {
        return cause instanceof NotConnectedException
                || cause instanceof RedisException
                || cause instanceof CancellationException
                || cause instanceof IOException;
    }
}
