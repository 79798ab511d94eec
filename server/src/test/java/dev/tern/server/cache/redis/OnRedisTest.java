package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The level on a real Redis that is well. */
@Timeout(120)
class OnRedisTest extends OneRedis {
    private static final int MANY = 200;

    @Test
    void aSecondReplicaAnswersFromWhatTheFirstComputed() throws Exception {
        try (Replica first = new Replica(redis.address());
                Replica second = new Replica(redis.address())) {
            fill(first);
            second.trafficUntil("connected", () -> second.counts.of(L2Observer.LookUp.HIT) > 0);
            long runs = second.runs();
            long hits = second.counts.of(L2Observer.LookUp.HIT);
            for (int i = 0; i < MANY; i++) {
                second.ask(i);
            }
            assertThat(second.runs()).isEqualTo(runs);
            assertThat(second.counts.of(L2Observer.LookUp.HIT)).isEqualTo(hits + MANY);
        }
    }

    @Test
    void whoHasAnotherSecretReadsNothingOfIt() throws Exception {
        RedisSettings settings = RedisSettings.of(redis.address());
        try (Replica first = new Replica(redis.address());
                Replica stranger = Replica.stranger(settings)) {
            fill(first);
            while (stranger.counts.of(L2Observer.LookUp.MISS) == 0) {
                stranger.ask(0);
            }
            for (int i = 1; i < MANY; i++) {
                stranger.ask(i);
            }
            assertThat(stranger.counts.of(L2Observer.LookUp.HIT)).isZero();
        }
    }

    @Test
    void answersGoByThemselves() throws Exception {
        try (Replica replica = new Replica(redis.address());
                RawRedis raw = redis.client()) {
            fill(replica);
            assertThat(raw.number("PTTL", Replica.redisKey(7))).isBetween(1L, 66_000L);
            assertThat(raw.number("DBSIZE")).isEqualTo(MANY);
        }
    }

    @Test
    void severalAreFetchedByOneCommand() throws Exception {
        try (Replica replica = new Replica(redis.address());
                RawRedis raw = redis.client()) {
            fill(replica);
            raw.call("DEL", Replica.redisKey(1));
            raw.call("SET", Replica.redisKey(2), "rubbish");
            raw.call("CONFIG", "RESETSTAT");
            List<CacheKey> keys = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                keys.add(Replica.key(i));
            }
            CompletableFuture<List<Found>> found = new CompletableFuture<>();
            replica.answers.getAll(keys, FakeCall.patient(), found::complete);
            List<Found> all = found.get(30, TimeUnit.SECONDS);
            assertThat(all)
                    .extracting(Found::outcome)
                    .containsExactly(
                            L2Observer.LookUp.HIT,
                            L2Observer.LookUp.MISS,
                            L2Observer.LookUp.RUBBISH,
                            L2Observer.LookUp.HIT);
            assertThat(Tensors.bytes(Objects.requireNonNull(all.get(3).answer())
                            .outputs()
                            .get(0)))
                    .isEqualTo(Tensors.bytes(
                            Replica.answerTo(keys.get(3)).outputs().get(0)));
            assertThat(raw.text("INFO", "commandstats")).contains("cmdstat_mget:calls=1,");
        }
    }

    @Test
    void whatIsDamagedInRedisIsComputedAndWrittenAgain() throws Exception {
        try (Replica replica = new Replica(redis.address());
                RawRedis raw = redis.client()) {
            fill(replica);
            byte[] good = raw.get(Replica.redisKey(0));
            byte[] flipped = good.clone();
            flipped[good.length / 2] ^= 4;
            byte[] older = good.clone();
            older[4] = 1;
            damage(replica, raw, "rubbish FORGED", flipped);
            damage(replica, raw, "rubbish FORGED", Arrays.copyOf(good, good.length - 1));
            damage(replica, raw, "rubbish TRUNCATED", Arrays.copyOf(good, 10));
            damage(replica, raw, "rubbish TRUNCATED", new byte[0]);
            damage(replica, raw, "rubbish VERSION", older);
            damage(replica, raw, "rubbish FOREIGN", new byte[good.length]);
            damage(replica, raw, "rubbish TOO_LARGE", new byte[2 << 20]);
            damage(replica, raw, "rubbish OTHER_KEY", raw.get(Replica.redisKey(1)));
            raw.call("DEL", Replica.redisKey(0));
            raw.call("LPUSH", Replica.redisKey(0), "a list");
            insist(replica, "rubbish TRUNCATED");
            assertThat(replica.level.lookUpState()).isEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    void aModelsAnswersAreCleared() throws Exception {
        try (Replica replica = new Replica(redis.address());
                RawRedis raw = redis.client()) {
            fill(replica);
            raw.call("SET", "tern:2:another_:AAAAAAAAAAD__________w", "of another model");
            raw.call("SET", "others", "of another program");
            Cleared cleared = replica.answers.clear().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(cleared).isEqualTo(new Cleared(MANY, ""));
            assertThat(raw.number("DBSIZE")).isEqualTo(2);
        }
    }

    @Test
    void whoMayNotClearIsTold() throws Exception {
        try (Replica replica = new Replica(redis.address());
                RawRedis raw = redis.client()) {
            fill(replica);
            raw.call("ACL", "SETUSER", "default", "-unlink");
            Cleared cleared = replica.answers.clear().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(cleared).isEqualTo(new Cleared(0, "Redis refuses it: NOPERM"));
            assertThat(raw.number("DBSIZE")).isEqualTo(MANY);
        }
    }

    private static void damage(Replica replica, RawRedis raw, String counted, byte[] value) throws Exception {
        raw.call("SET", Replica.redisKey(0), value);
        insist(replica, counted);
    }

    /** The next request is computed, counted and written; those after that are hits. */
    private static void insist(Replica replica, String counted) throws Exception {
        long before = replica.counts.of(counted);
        long written = replica.counts.of(L2Observer.Write.DONE);
        while (replica.counts.of(counted) == before) {
            replica.ask(0);
        }
        assertThat(replica.counts.of(counted)).isEqualTo(before + 1);
        replica.trafficUntil(
                "written again", () -> replica.counts.of(L2Observer.Write.DONE) > written && isAllWritten(replica));
        // Until it was, traffic may have come across it once more.
        long found = replica.counts.of(counted);
        replica.trafficUntilHits();
        assertThat(replica.counts.of(counted)).isEqualTo(found);
    }

    /** Has every answer of the traffic written. */
    private static void fill(Replica replica) throws InterruptedException {
        replica.trafficUntil(
                "all written", () -> replica.counts.of(L2Observer.Write.DONE) >= MANY && isAllWritten(replica));
    }

    /** Whether no write is under way that might be taken for a later one. */
    private static boolean isAllWritten(Replica replica) {
        return replica.level.pendingWriteBytes() == 0;
    }
}
