package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Records what one model version asks of Redis. Any thread may call; nothing blocks. */
public final class RedisRecorder implements AutoCloseable {
    private final RedisMeters meters;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    RedisRecorder(RedisMeters meters, Runnable onClose) {
        this.meters = meters;
        this.onClose = onClose;
    }

    /** Asking for {@code keys} came to this. */
    public void lookedUp(Enum<?> outcome, int keys) {
        of(meters.lookUps, outcome).increment(keys);
    }

    /** Redis replied in time. */
    public void replied(long nanos, long bytes) {
        meters.replyDuration.record(nanos, TimeUnit.NANOSECONDS);
        meters.bytesIn.increment((double) bytes);
    }

    /** Redis replied when nobody waited any more. */
    public void late() {
        meters.late.increment();
    }

    /** Something in Redis is no answer. */
    public void rubbish(Enum<?> reason) {
        of(meters.rubbish, reason).increment();
    }

    /** Writing an answer came to this. */
    public void wrote(Enum<?> outcome) {
        of(meters.writes, outcome).increment();
    }

    /** So much went to Redis. */
    public void sent(long bytes) {
        meters.bytesOut.increment((double) bytes);
    }

    private static Counter of(Map<Enum<?>, Counter> counters, Enum<?> value) {
        return Objects.requireNonNull(counters.get(value), value.name());
    }

    /** Removes the meters, unless the same version has been opened again; further calls do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
