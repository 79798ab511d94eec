package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Origin;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.RecordingReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(2);

    private final FakeClock clock = new FakeClock();
    private final List<BreakerState> states = new ArrayList<>();
    private final Breaker breaker = new Breaker("test", clock, states::add);

    @Test
    void aFewFailuresChangeNothing() {
        fail(19);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.enter()).isTrue();
    }

    @Test
    void whatFailsAsOftenAsNotIsStopped() {
        succeed(10);
        fail(9);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        fail(1);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.enter()).isFalse();
        assertThat(states).containsExactly(BreakerState.OPEN);
    }

    @Test
    void afterAPauseAFewFindOutThatItIsWell() {
        fail(20);
        clock.advance(PAUSE - 1);
        assertThat(breaker.enter()).isFalse();
        clock.advance(2);
        assertThat(breaker.enter()).isTrue();
        assertThat(breaker.enter()).isTrue();
        assertThat(breaker.enter()).as("a third").isFalse();
        breaker.succeeded();
        breaker.succeeded();
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(states).containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED);
    }

    @Test
    void orThatItIsNot() {
        fail(20);
        clock.advance(PAUSE + 1);
        fail(2);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.enter()).isFalse();
    }

    @Test
    void aNewConnectionIsTriedAtOnce() {
        breaker.tryAgain();
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        fail(20);
        breaker.tryAgain();
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        succeed(2);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void oneWhoDoesNotKnowLeavesTheTryToTheNext() {
        fail(20);
        clock.advance(PAUSE + 1);
        for (int i = 0; i < 10; i++) {
            assertThat(breaker.enter()).isTrue();
            breaker.undecided();
        }
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    @Test
    void aSickRedisIsNotAskedUntilItIsWell() {
        StageRig rig = new StageRig();
        for (int i = 0; i < 20; i++) {
            rig.send(FakeCall.patient());
            rig.clock.advance(StageRig.BUDGET);
        }
        assertThat(rig.counts.of(L2Observer.LookUp.TIMEOUT)).isEqualTo(20);
        RecordingReply passedOn = rig.send(FakeCall.patient());
        assertThat(rig.store.asked()).as("those that were late").isEqualTo(20);
        assertThat(rig.counts.of(L2Observer.LookUp.OPEN)).isOne();
        while (rig.store.asked() > 0) {
            rig.store.reply(rig.value(StageRig.KEY, 7));
        }
        while (!rig.model.isEmpty()) {
            rig.answer(3);
        }
        assertThat(StageRig.only(passedOn)).isEqualTo(3);
        assertThat(rig.origins).containsOnly(Origin.MISS);
        rig.clock.advance(PAUSE + 1);
        for (int i = 0; i < 2; i++) {
            RecordingReply hit = rig.send(FakeCall.patient());
            rig.store.reply(rig.value(StageRig.KEY, 7));
            assertThat(StageRig.only(hit)).isEqualTo(7);
        }
        assertThat(rig.lookUps.state()).isEqualTo(BreakerState.CLOSED);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(breaker.enter()).isTrue();
            breaker.failed();
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(breaker.enter()).isTrue();
            breaker.succeeded();
        }
    }
}
