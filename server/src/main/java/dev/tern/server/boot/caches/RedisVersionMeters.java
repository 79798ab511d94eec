package dev.tern.server.boot.caches;

import dev.tern.server.cache.redis.L2Observer;
import dev.tern.server.cache.redis.Rubbish;
import dev.tern.server.telemetry.RedisRecorder;
import java.util.function.BooleanSupplier;

/** Passes on what becomes of one model version's look-ups in Redis to its recorder. */
record RedisVersionMeters(RedisRecorder recorder, BooleanSupplier counted) implements L2Observer, AutoCloseable {
    @Override
    public void lookedUp(LookUp outcome, int keys) {
        if (counted.getAsBoolean()) {
            recorder.lookedUp(outcome, keys);
        }
    }

    @Override
    public void answered(long nanos, long bytes) {
        if (counted.getAsBoolean()) {
            recorder.replied(nanos, bytes);
        }
    }

    @Override
    public void late() {
        recorder.late();
    }

    @Override
    public void rubbish(Rubbish reason) {
        recorder.rubbish(reason);
    }

    @Override
    public void wrote(Write outcome, long bytes) {
        recorder.wrote(outcome);
        if (outcome == Write.DONE) {
            recorder.sent(bytes);
        }
    }

    @Override
    public void close() {
        recorder.close();
    }
}
