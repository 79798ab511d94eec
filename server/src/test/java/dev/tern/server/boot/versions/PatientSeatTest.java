package dev.tern.server.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.Seat;
import dev.tern.server.testing.ManualExecutor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatientSeatTest {
    private final ManualExecutor line = new ManualExecutor();
    private final List<Thread> replaced = new ArrayList<>();
    private final PatientSeat seat = new PatientSeat(new Seat() {
        @Override
        public void execute(Runnable turn) {
            line.execute(turn);
        }

        @Override
        public boolean replaceRunner(Thread stuck) {
            return replaced.add(stuck);
        }
    });

    private void turn(int looks) {
        seat.execute(() -> {
            for (int i = 1; i < looks; i++) {
                assertThat(seat.replaceRunner(Thread.currentThread())).isFalse();
            }
            boolean isStuck = seat.replaceRunner(Thread.currentThread());
            assertThat(isStuck).isEqualTo(looks == PatientSeat.LEAST_LOOKS);
        });
        line.runAll();
    }

    @Test
    void aRunThatMayHaveGotNoTimeIsNotTakenToHang() {
        turn(PatientSeat.LEAST_LOOKS - 1);
        turn(PatientSeat.LEAST_LOOKS - 1);
        assertThat(replaced).isEmpty();
    }

    @Test
    void aRunThatGoesOnForAMinuteIs() {
        turn(PatientSeat.LEAST_LOOKS);
        assertThat(replaced).containsExactly(Thread.currentThread());
    }
}
