package dev.tern.server.boot.caches;

import dev.tern.server.boot.process.Threads;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.redis.BreakerState;
import dev.tern.server.cache.redis.L2Observer;
import dev.tern.server.cache.redis.ModelTimes;
import dev.tern.server.cache.redis.RedisAnswers;
import dev.tern.server.cache.redis.RedisLevel;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.cache.redis.Rubbish;
import dev.tern.server.predict.Clock;
import dev.tern.server.telemetry.RedisOutcomes;
import dev.tern.server.telemetry.RedisTelemetry;
import dev.tern.server.telemetry.Telemetry;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** The response cache's second level, for the whole process, with its meters. */
final class RedisCache implements AutoCloseable {
    private final RedisLevel level;
    private final RedisTelemetry telemetry;

    /** One version's part: its answers in Redis, and what is to be closed with the version. */
    record Part(RedisAnswers answers, RedisVersionMeters meters) implements AutoCloseable {
        @Override
        public void close() {
            answers.close();
            meters.close();
        }
    }

    /** @param secret what values are signed with: the same for all replicas that share a Redis */
    RedisCache(RedisSettings settings, byte[] secret, Clock clock, Telemetry telemetry) {
        this.telemetry =
                telemetry.redis(new RedisOutcomes(L2Observer.LookUp.class, L2Observer.Write.class, Rubbish.class));
        this.level = new RedisLevel(settings, secret, clock, InstantSource.system(), Threads::ofNetty);
        this.telemetry.level(
                () -> number(level.lookUpState()),
                () -> number(level.valueState()),
                () -> number(level.writeState()),
                level::connections,
                level::pendingWriteBytes);
        if (settings.tracking()) {
            this.telemetry.tracking(() -> level.isTracking() ? 1 : 0, level::invalidations);
        }
    }

    /** As the meter has it. */
    private static int number(BreakerState state) {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    /**
     * @param memory what this process keeps of the model by itself
     * @param counted whether what happens to this version is counted at this moment
     */
    Part open(String model, long version, ModelTimes times, LocalCache memory, BooleanSupplier counted) {
        RedisVersionMeters meters = new RedisVersionMeters(telemetry.recorder(model, Long.toString(version)), counted);
        return new Part(level.answers(model, times, new LocalAnswers(memory), meters), meters);
    }

    @Override
    public void close() {
        level.close();
    }
}
