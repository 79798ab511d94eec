package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.local.Evicted;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes in a real Redis goes in the memory of those whom it tells. */
@Timeout(120)
class TrackingTest extends OneRedis {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A request of one replica only. */
    private static final int MARK = 1_000;

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("not within a minute: " + what)
                    .isNegative();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** One that Redis tells what goes, and that has done what is to be done at the beginning. */
    private KeepingReplica tracking(int mark) throws Exception {
        KeepingReplica replica = new KeepingReplica(redis.address());
        await("tracking", replica.replica.level::isTracking);
        written(replica, mark);
        return replica;
    }

    /** Has an answer computed and written; what the writer was to do before has been done then. */
    private static void written(KeepingReplica replica, int number) throws InterruptedException {
        long before = replica.replica.counts.of(L2Observer.Write.DONE);
        replica.ask(number);
        await("written", () -> replica.replica.counts.of(L2Observer.Write.DONE) > before);
    }

    /** What is dropped is counted after it has gone. */
    private static void awaitDropped(KeepingReplica replica, int answers) {
        await(answers + " invalidated", () -> replica.dropped(Evicted.INVALIDATED) == answers);
    }

    @Test
    void aDeletionGoesToAllAndOwnWritesDoNot() throws Exception {
        try (KeepingReplica first = tracking(MARK);
                KeepingReplica second = tracking(MARK + 1);
                RawRedis raw = redis.client()) {
            written(first, 1);
            second.ask(1);
            second.ask(MARK);
            // Its reply comes after whatever it was told before.
            first.ask(MARK);
            assertThat(second.replica.counts.of(L2Observer.LookUp.HIT)).isEqualTo(2);
            assertThat(first.keeps(1)).as("what it wrote itself").isTrue();
            assertThat(second.keeps(1)).isTrue();

            raw.call("DEL", Replica.redisKey(1));
            await("gone in both", () -> !first.keeps(1) && !second.keeps(1));
            assertThat(first.keeps(MARK) && second.keeps(MARK)).as("others").isTrue();
            awaitDropped(first, 1);
            awaitDropped(second, 1);
            assertThat(second.replica.level.invalidations()).isPositive();
        }
    }

    @Test
    void whatAnotherWritesTakesThePlaceOfWhatIsKept() throws Exception {
        try (KeepingReplica first = tracking(MARK);
                KeepingReplica second = tracking(MARK + 1)) {
            written(first, 1);
            second.replica.answers.put(Replica.key(1), Replica.answerTo(Replica.key(1)), second.asked(Replica.key(1)));
            await("gone", () -> !first.keeps(1));
        }
    }

    @Test
    void whatAnotherClearsGoesAlsoWhereItNeverWasInRedis() throws Exception {
        try (KeepingReplica first = tracking(MARK);
                KeepingReplica second = tracking(MARK + 1)) {
            second.keep(1);
            assertThat(second.keeps(1)).isTrue();
            Cleared cleared =
                    first.replica.answers.clear().toCompletableFuture().get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
            assertThat(cleared).isEqualTo(new Cleared(2, ""));
            await("gone", () -> !second.keeps(1));
        }
    }

    @Test
    void anEmptiedRedisLeavesNothing() throws Exception {
        try (KeepingReplica replica = tracking(MARK);
                RawRedis raw = redis.client()) {
            written(replica, 1);
            raw.call("FLUSHALL");
            await("gone", () -> !replica.keeps(1) && !replica.keeps(MARK));
            awaitDropped(replica, 2);
        }
    }

    @Test
    void afterALostConnectionNothingOfBeforeIsGivenOut() throws Exception {
        try (KeepingReplica replica = tracking(MARK);
                RawRedis raw = redis.client()) {
            written(replica, 1);
            raw.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await("dropped", () -> replica.dropped(Evicted.UNTRACKED) == 2);
            assertThat(replica.keeps(1) || replica.keeps(MARK)).isFalse();

            await("tracking again", replica.replica.level::isTracking);
            written(replica, MARK + 1);
            replica.ask(1);
            assertThat(replica.keeps(1)).isTrue();
            raw.call("DEL", Replica.redisKey(1));
            await("told again", () -> !replica.keeps(1));
        }
    }
}
