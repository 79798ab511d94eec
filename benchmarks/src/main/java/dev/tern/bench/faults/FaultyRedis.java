package dev.tern.bench.faults;

import dev.tern.bench.process.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A redis-server of this tool's to which faults can be done while others use it through {@link #address}. */
public final class FaultyRedis implements AutoCloseable {
    private static final String PASSWORD = "another";
    /** Changes every value that was not changed before, or was replaced since; {@code v} is what it was. */
    private static final String DAMAGE = """
            for _, key in ipairs(redis.call('KEYS', '*')) do
              if string.sub(key, 1, 8) ~= 'damaged:' then
                local v = redis.call('GET', key)
                if redis.sha1hex(v) ~= redis.call('GET', 'damaged:' .. key) then
                  local damaged = %s
                  redis.call('SET', key, damaged)
                  redis.call('SET', 'damaged:' .. key, redis.sha1hex(damaged))
                end
              end
            end
            return 0
            """;

    private static final String HALF = "string.sub(v, 1, #v / 2)";
    /** Of its middle byte the last bit. */
    private static final String ONE_BIT =
            "string.sub(v, 1, #v / 2) .. string.char(bit.bxor(string.byte(v, #v / 2 + 1), 1)) .. string.sub(v, #v / 2 + 2)";
    /** Where a value says what format it is of, behind four bytes. */
    private static final String OLD_FORMAT = "string.sub(v, 1, 4) .. string.char(1) .. string.sub(v, 6)";

    /** What is damaged is read and replaced; so it is damaged again. */
    private static final long AGAIN_MILLIS = 20;

    private final RedisProcess process;
    private final RepliesProxy proxy;
    private final ScheduledExecutorService hand = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "tern-bench-redis-faults");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ScheduledFuture<?> damage;
    private volatile @Nullable Future<?> begun;

    private FaultyRedis(RedisProcess process) throws IOException {
        this.process = process;
        this.proxy = new RepliesProxy(process.port());
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

    /** Does the fault soon, on a thread of its own; it goes on until {@link #end}. Any thread, at once. */
    public void begin(Fault fault) {
        begun = hand.submit(() -> {
            proxy.suffer(fault);
            start(fault);
            return null;
        });
    }

    /**
     * Makes all well again; blocks until the Redis answers, which others may not have found out then.
     *
     * @throws IOException when the fault was not done all the time, or the Redis does not come back
     */
    public void end(Fault fault) throws IOException {
        try {
            if (begun != null) {
                Object unused = begun.get();
            }
            hand.submit(() -> {
                        stop(fault);
                        proxy.suffer(Fault.NONE);
                        return null;
                    })
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("the fault '" + fault.text() + "' could not be done: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void start(Fault fault) throws IOException {
        switch (fault) {
            case KILLED -> process.kill();
            case FROZEN -> process.freeze();
            case FULL ->
                send(
                        List.of("FLUSHALL"),
                        List.of("CONFIG", "SET", "maxmemory-policy", "noeviction"),
                        List.of("CONFIG", "SET", "maxmemory", "1"));
            case PASSWORD ->
                send(
                        List.of("CONFIG", "SET", "requirepass", PASSWORD),
                        List.of("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
            case TRUNCATED -> damage(HALF);
            case FLIPPED -> damage(ONE_BIT);
            case OLD_FORMAT -> damage(OLD_FORMAT);
            case NONE, SLOW, RUBBISH, CUT -> {
                // Nothing, or done to the replies.
            }
        }
    }

    private void stop(Fault fault) throws IOException {
        switch (fault) {
            case KILLED -> process.revive();
            case FROZEN -> process.thaw();
            case FULL -> send(List.of("CONFIG", "SET", "maxmemory", "0"));
            case PASSWORD -> send(List.of("AUTH", PASSWORD), List.of("CONFIG", "SET", "requirepass", ""));
            case TRUNCATED, FLIPPED, OLD_FORMAT -> {
                if (damage != null && !damage.cancel(false)) {
                    throw new IOException("values were not damaged any more");
                }
                send(List.of("FLUSHALL"));
            }
            case NONE, SLOW, RUBBISH, CUT -> {
                // Nothing, or done to the replies.
            }
        }
    }

    private void damage(String how) throws IOException {
        List<String> command = List.of("EVAL", DAMAGE.formatted(how), "0");
        send(command);
        damage =
                hand.scheduleAtFixedRate(() -> damageAgain(command), AGAIN_MILLIS, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void damageAgain(List<String> command) {
        try {
            send(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SafeVarargs
    private void send(List<String>... commands) throws IOException {
        RedisCommands.send(process.port(), commands);
    }

    @Override
    public void close() throws IOException {
        hand.shutdownNow();
        process.thaw();
        proxy.close();
        process.close();
    }
}
