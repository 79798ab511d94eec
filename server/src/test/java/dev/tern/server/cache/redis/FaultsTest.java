package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.redis.RedisProxy.Mode;
import dev.tern.server.cache.redis.RedisSettings.Credentials;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.testing.FakeCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What befalls Redis while requests come: each is answered rightly all the same, and when Redis is well again it is used
 * again. The traffic checks every answer.
 */
@Timeout(180)
class FaultsTest extends OneRedis {
    private static final Duration BUDGET = Duration.ofMillis(20);
    private static final String OPEN = "OPEN";
    /** Of the traffic. */
    private static final int KEYS = 200;

    @Test
    void killedAndRestarted() throws Exception {
        try (Replica replica = replica(redis.address())) {
            replica.trafficUntilHits();
            redis.kill();
            replica.trafficUntilMore(OPEN, 100);
            redis.start();
            replica.trafficUntilHits();
        }
    }

    @Test
    void frozen() throws Exception {
        try (Replica replica = replica(redis.address())) {
            replica.trafficUntilHits();
            redis.freeze();
            replica.trafficUntilMore("TIMEOUT", 10);
            replica.trafficUntilMore(OPEN, 100);
            assertThat(replica.level.lookUpState()).isEqualTo(BreakerState.OPEN);
            redis.thaw();
            replica.trafficUntilHits();
            assertThat(replica.counts.of("late")).isPositive();
            assertThat(replica.level.lookUpState()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    void slow() throws Exception {
        try (RedisProxy proxy = new RedisProxy(redis.port());
                Replica replica = replica(proxy.address())) {
            replica.trafficUntilHits();
            proxy.set(Mode.DELAY);
            replica.trafficUntilMore("TIMEOUT", 10);
            replica.trafficUntilMore("late", 10);
            assertThat(replica.slowestNanos()).isLessThan(RedisProxy.DELAY_NANOS);
            proxy.set(Mode.PASS);
            replica.trafficUntilHits();
        }
    }

    @Test
    void full() throws Exception {
        try (Replica replica = replica(redis.address());
                RawRedis raw = redis.client()) {
            replica.trafficUntilHits();
            raw.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
            raw.call("CONFIG", "SET", "maxmemory", "1");
            for (int i = 0; i < 100; i++) {
                raw.call("DEL", Replica.redisKey(i));
            }
            replica.trafficUntilMore("write FAILED", 20);
            replica.trafficUntilMore("write OPEN", 100);
            replica.trafficUntilHits();
            assertThat(replica.level.lookUpState())
                    .as("what is there is still asked for")
                    .isEqualTo(BreakerState.CLOSED);
            raw.call("CONFIG", "SET", "maxmemory", "0");
            replica.trafficUntilMore("write DONE", 50);
        }
    }

    @Test
    void repliesOfRubbish() throws Exception {
        through(Mode.RUBBISH, "ERROR");
    }

    @Test
    void connectionCutInTheMiddleOfAReply() throws Exception {
        through(Mode.CUT, "ERROR");
    }

    @Test
    void noRepliesAtAll() throws Exception {
        through(Mode.HOLD, "TIMEOUT");
    }

    @Test
    void everyValueDamaged() throws Exception {
        try (LogRecords log = LogRecords.of("dev.tern");
                Replica replica = new Replica(redis.address());
                RawRedis raw = redis.client()) {
            replica.trafficUntilHits();
            for (int i = 0; i < KEYS; i++) {
                raw.call("SET", Replica.redisKey(i), "something else, of a length that an answer may have");
            }
            replica.trafficUntilMore(OPEN, 100);
            assertThat(replica.level.lookUpState()).isEqualTo(BreakerState.CLOSED);
            replica.trafficUntilHits();
            assertThat(replica.level.valueState()).isEqualTo(BreakerState.CLOSED);
            assertThat(replica.counts.of("rubbish FOREIGN"))
                    .as("each was found, and written over, before it was found again")
                    .isGreaterThanOrEqualTo(KEYS);
            assertThat(log.texts())
                    .contains("Half of what Redis is asked for, or more, cannot be read:"
                            + " few requests ask until it can")
                    .contains("What Redis has can be read again");
        }
    }

    @Test
    void moreCommandsThanMayBeUnderWay() throws Exception {
        try (Replica replica = new Replica(redis.address())) {
            replica.trafficUntilHits();
            redis.freeze();
            long before = replica.counts.of("ERROR");
            for (int i = 0; replica.counts.of("ERROR") == before; i++) {
                replica.answers.get(Replica.key(i), FakeCall.patient(), found -> {});
            }
            assertThat(replica.answers.clear().toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isEqualTo(new Cleared(0, "too many commands to Redis are under way"));
            assertThat(replica.level.connections()).isOne();
            redis.thaw();
        }
    }

    private void through(Mode fault, String counted) throws Exception {
        try (RedisProxy proxy = new RedisProxy(redis.port());
                Replica replica = replica(proxy.address())) {
            replica.trafficUntilHits();
            proxy.set(fault);
            replica.trafficUntilMore(counted, 10);
            replica.trafficUntilMore(OPEN, 100);
            proxy.set(Mode.PASS);
            replica.trafficUntilHits();
        }
    }

    @Test
    void whatWasUnderWayWhenTheConnectionBreaksIsLetGo() throws Exception {
        try (Replica replica = replica(redis.address())) {
            replica.trafficUntilHits();
            redis.freeze();
            for (int i = 0; i < 50; i++) {
                CacheKey key = Replica.key(i);
                replica.answers.put(key, Replica.answerTo(key), replica.answers.asked(key));
            }
            assertThat(replica.level.pendingWriteBytes()).isPositive();
            redis.kill();
            replica.trafficUntil(
                    "none under way",
                    () -> replica.counts.of("write FAILED") >= 50 && replica.level.pendingWriteBytes() == 0);
        }
    }

    @Test
    void notThereAtTheStart() throws Exception {
        redis.kill();
        try (Replica replica = replica(redis.address())) {
            replica.trafficUntilMore(OPEN, 100);
            redis.start();
            replica.trafficUntilHits();
        }
    }

    @Test
    void wrongPassword() throws Exception {
        try (RawRedis raw = redis.client()) {
            raw.call("CONFIG", "SET", "requirepass", "the right one");
            RedisSettings settings = RedisSettings.of(redis.address()).with(new Credentials("", "the wrong one"));
            try (LogRecords log = LogRecords.of("io.lettuce", "dev.tern");
                    Replica replica = new Replica(settings, BUDGET)) {
                replica.trafficUntilMore(OPEN, 100);
                assertThat(replica.level.connections()).isZero();
                raw.call("CONFIG", "SET", "requirepass", "the wrong one");
                replica.trafficUntilHits();
                assertThat(log.texts())
                        .anyMatch(text -> text.contains("WRONGPASS"))
                        .noneMatch(text -> text.contains("the wrong one"));
                assertThat(List.of(settings.toString(), settings.credentials().toString()))
                        .noneMatch(text -> text.contains("the wrong one"));
            }
        }
    }

    private static Replica replica(RedisAddress address) {
        return new Replica(RedisSettings.of(address), BUDGET);
    }
}
