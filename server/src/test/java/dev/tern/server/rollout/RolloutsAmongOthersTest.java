package dev.tern.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.rollout.Rig.Shadow;
import dev.tern.server.rollout.Rig.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rollouts beside what else sets the traffic, and beside each other. */
class RolloutsAmongOthersTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Side FAST = Side.answering(Rig.MILLI);

    private final Rig rig = new Rig();

    @Test
    void theShadowThatWasThereBeforeIsPutBack() throws RolloutException {
        TrafficSettings.Shadow before = new TrafficSettings.Shadow("1", 20);
        rig.traffic.inForce = TrafficSettings.NONE.withShadow(before);
        rig.start(RolloutSettings.DEFAULTS);
        assertThat(rig.traffic.shadow).isEqualTo(new TrafficSettings.Shadow("3", 10));
        assertThat(rig.rollouts.abort(Rig.MODEL).state()).isEqualTo(RolloutState.ABORTED);
        assertThat(rig.traffic.shadow).isEqualTo(before);
    }

    @Test
    void nobodyElseSetsTheTrafficMeanwhile() throws RolloutException {
        rig.start(RolloutSettings.DEFAULTS);
        assertThat(rig.rollouts.unlessRunning(Rig.MODEL, () -> {
                    throw new AssertionError("a rollout sets it");
                }))
                .isFalse();
        assertThat(rig.rollouts.abort(Rig.MODEL).state()).isEqualTo(RolloutState.ABORTED);
        List<String> changes = new ArrayList<>();
        assertThat(rig.rollouts.unlessRunning(Rig.MODEL, () -> changes.add("made")))
                .isTrue();
        assertThat(changes).containsExactly("made");
    }

    @Test
    void oneThatFailsIsEndedAndHoldsUpNoOther() throws RolloutException {
        rig.start(Rig.settings(Duration.ZERO, LONG, 0, 50, 100));
        for (String other : List.of("a", "z")) {
            assertThat(rig.rollouts
                            .start(other, "3", "2", RolloutSettings.DEFAULTS)
                            .state())
                    .isEqualTo(RolloutState.SHADOWING);
        }
        rig.versions.broken = Rig.MODEL;
        rig.versions.change = Optional.of("version 3 was loaded anew");
        rig.tick(0, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.rollouts.status("a").reason()).isEqualTo("version 3 was loaded anew");
        assertThat(rig.rollouts.status("z").reason()).isEqualTo("version 3 was loaded anew");
        assertThat(rig.status().state()).isEqualTo(RolloutState.ABORTED);
        assertThat(rig.status().reason()).isEqualTo("it failed by a defect of the server");
        assertThat(rig.clock.scheduled()).isZero();
    }
}
