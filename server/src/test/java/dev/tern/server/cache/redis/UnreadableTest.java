package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.testing.FakeCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A Redis that answers in time, with what cannot be read. */
class UnreadableTest {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final int TRIES = 100;

    private final StageRig rig = new StageRig();

    @Test
    void whereNothingCanBeReadItIsNotAsked() {
        for (int i = 0; i < 100; i++) {
            unreadable();
        }
        assertThat(rig.counts.of(L2Observer.LookUp.RUBBISH)).isEqualTo(100);
        notAsked();
    }

    @Test
    void someAmongOthersChangeNothing() {
        for (int i = 0; i < 500; i++) {
            switch (i % 5) {
                case 0, 1 -> unreadable();
                case 2 -> missing();
                default -> good();
            }
        }
        assertThat(rig.counts.of(L2Observer.LookUp.RUBBISH)).isEqualTo(200);
        assertThat(rig.counts.of(L2Observer.LookUp.OPEN)).isZero();
    }

    @Test
    void whatIsMissingCanBeReadOnceItIsThere() {
        for (int i = 0; i < 100; i++) {
            missing();
        }
        assertThat(rig.counts.of(L2Observer.LookUp.OPEN)).isZero();
    }

    @Test
    void ofSeveralHalfMustBeReadable() {
        for (int i = 0; i < 100; i++) {
            several(1);
        }
        assertThat(rig.counts.of(L2Observer.LookUp.OPEN)).isZero();
        for (int i = 0; i < 100 && rig.counts.of(L2Observer.LookUp.OPEN) == 0; i++) {
            several(2);
        }
        assertThat(rig.counts.of(L2Observer.LookUp.OPEN)).isEqualTo(3);
    }

    @Test
    void aHundredASecondTryAgainAndWriteOverWhatTheyFind() {
        for (int i = 0; i < 100; i++) {
            unreadable();
        }
        rig.store.written().clear();
        for (int second = 0; second < 3; second++) {
            rig.clock.advance(PAUSE + 1);
            for (int i = 0; i < TRIES; i++) {
                unreadable();
            }
            notAsked();
        }
        assertThat(rig.store.written()).hasSize(3 * TRIES);
    }

    @Test
    void whenMostCanBeReadAgainItIsAsked() {
        for (int i = 0; i < 100; i++) {
            unreadable();
        }
        rig.clock.advance(PAUSE + 1);
        for (int i = 0; i < TRIES; i++) {
            if (i % 5 < 2) {
                unreadable();
            } else {
                good();
            }
        }
        for (int i = 0; i < TRIES; i++) {
            good();
        }
        assertThat(rig.counts.of(L2Observer.LookUp.OPEN)).isZero();
    }

    /** Redis' own health is another matter: those who try cost nobody the budget. */
    @Test
    void itIsNotTakenForARedisThatIsLate() {
        for (int i = 0; i < 100; i++) {
            unreadable();
        }
        assertThat(rig.values.state()).isEqualTo(BreakerState.OPEN);
        assertThat(rig.lookUps.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(rig.writeBreaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    private void good() {
        rig.send(FakeCall.patient());
        rig.store.reply(rig.value(StageRig.KEY, 7));
    }

    private void missing() {
        computed(null);
    }

    private void unreadable() {
        computed(new byte[100]);
    }

    private void computed(byte @Nullable [] value) {
        rig.send(FakeCall.patient());
        rig.store.reply(value);
        rig.answer(3);
        rig.writer.runAll();
        rig.store.acknowledge();
    }

    private void notAsked() {
        long before = rig.counts.of(L2Observer.LookUp.OPEN);
        rig.send(FakeCall.patient());
        assertThat(rig.store.asked()).isZero();
        rig.answer(3);
        assertThat(rig.counts.of(L2Observer.LookUp.OPEN)).isEqualTo(before + 1);
    }

    /** Asks for three, of which so many cannot be read. */
    private void several(int unreadable) {
        List<byte[]> values = new ArrayList<>();
        List<CacheKey> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CacheKey key = new CacheKey(i, i);
            keys.add(key);
            values.add(i < unreadable ? new byte[100] : rig.value(key, 7));
        }
        rig.answers.getAll(keys, FakeCall.patient(), found -> {});
        if (rig.store.asked() > 0) {
            rig.store.replyAll(values);
        }
    }
}
