package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis' reply, the budget's end and the caller's going at the same moment. */
class RacingRepliesTest {
    private static final int ROUNDS = 3_000;
    private static final int PATIENCE_SECONDS = 60;

    @Test
    @Timeout(PATIENCE_SECONDS)
    void oneOfThemLetsTheRequestGoOn() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(3);
        // One for each round: what fails often is not asked any more.
        StageRig[] rigs = new StageRig[ROUNDS];
        FakeCall[] calls = new FakeCall[ROUNDS];
        Thread redis = new Thread(() ->
                eachRound(barrier, round -> rigs[round].store.reply(rigs[round].value(StageRig.KEY, 7))));
        Thread caller = new Thread(() -> eachRound(barrier, round -> calls[round].cancel()));
        redis.start();
        caller.start();
        for (int round = 0; round < ROUNDS; round++) {
            StageRig rig = new StageRig();
            rigs[round] = rig;
            calls[round] = FakeCall.patient();
            RecordingReply reply = rig.send(calls[round]);
            barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            rig.clock.advance(StageRig.BUDGET);
            barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(reply.answers() + rig.model.size()).as("round %d", round).isOne();
            assertThat(rig.counts.of(L2Observer.LookUp.HIT)).isEqualTo(reply.answers());
            assertThat(rig.counts.of("late")).isEqualTo(1 - reply.answers());
            assertThat(rig.counts.lookUps()).isOne();
        }
        redis.join();
        caller.join();
    }

    private interface Step {
        void take(int round) throws Exception;
    }

    private static void eachRound(CyclicBarrier barrier, Step step) {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                step.take(round);
                barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
