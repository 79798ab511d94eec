package dev.tern.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.rollout.Rig.Shadow;
import dev.tern.server.rollout.Rig.Side;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    private static List<Throwable> defects() {
        return List.of(new IllegalStateException("a defect"), new NoClassDefFoundError("a defect"));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void oneThatFailsIsEndedAndHoldsUpNoOther(Throwable defect) throws RolloutException {
        rig.start(Rig.settings(Duration.ZERO, LONG, 0, 50, 100));
        startAlso("a", "z");
        rig.versions.broken = Rig.MODEL;
        rig.versions.defect = defect;
        rig.versions.change = Optional.of("version 3 was loaded anew");
        rig.tick(0, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.rollouts.status("a").reason()).isEqualTo("version 3 was loaded anew");
        assertThat(rig.rollouts.status("z").reason()).isEqualTo("version 3 was loaded anew");
        assertThat(rig.status().state()).isEqualTo(RolloutState.ABORTED);
        assertThat(rig.status().reason()).isEqualTo("it failed by a defect of the server");
        assertThat(rig.clock.scheduled()).isZero();
    }

    private void startAlso(String... models) throws RolloutException {
        for (String model : models) {
            assertThat(rig.rollouts
                            .start(model, "3", "2", RolloutSettings.DEFAULTS)
                            .state())
                    .isEqualTo(RolloutState.SHADOWING);
        }
    }

    /** What nobody declares is caught by nobody. */
    @Test
    void whateverALookThrowsTheNextOneComes() throws RolloutException {
        rig.start(Rig.settings(Duration.ZERO, LONG, 0, 50, 100));
        rig.versions.broken = Rig.MODEL;
        rig.versions.defect = new IOException("a defect");
        assertThatThrownBy(() -> rig.tick(0, FAST, FAST, Shadow.EQUAL)).isInstanceOf(IOException.class);
        assertThat(rig.clock.scheduled()).isEqualTo(1);
        rig.versions.broken = "";
        rig.versions.change = Optional.of("version 3 was loaded anew");
        rig.tick(0, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.status().reason()).isEqualTo("version 3 was loaded anew");
        assertThat(rig.clock.scheduled()).isZero();
    }

    @Test
    void oneThatCannotBeginIsOver() {
        rig.versions.unobservable = true;
        assertThatThrownBy(() -> rig.start(RolloutSettings.DEFAULTS)).isInstanceOf(IllegalStateException.class);
        assertThat(rig.rollouts.isRunning(Rig.MODEL)).isFalse();
        assertThat(rig.status().state()).isEqualTo(RolloutState.ABORTED);
        assertThat(rig.status().reason()).isEqualTo("it failed by a defect of the server");
        assertThat(rig.traffic.percent).isZero();
        rig.versions.unobservable = false;
        assertThat(rig.start(RolloutSettings.DEFAULTS).state()).isEqualTo(RolloutState.SHADOWING);
        assertThat(rig.clock.scheduled()).as("looks to come").isEqualTo(1);
    }

    @Test
    void oneThatCanNeitherBeginNorEndIsEndedByALaterLook() {
        rig.traffic.broken = true;
        assertThatThrownBy(() -> rig.start(Rig.settings(Duration.ZERO, LONG, 0, 50, 100)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(rig.rollouts.isRunning(Rig.MODEL)).isTrue();
        rig.tick(100, FAST, FAST, Shadow.EQUAL);
        rig.traffic.broken = false;
        rig.tick(100, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.status().state()).isEqualTo(RolloutState.ABORTED);
        assertThat(rig.status().reason()).isEqualTo("it failed by a defect of the server");
        assertThat(rig.versions.observed()).isFalse();
        assertThat(rig.clock.scheduled()).isZero();
    }

    /** The operator has asked for it once, and reads in the status that it was done. */
    @Test
    void oneThatCouldNotBeAbortedIsAbortedByALaterLook() {
        rig.start(RolloutSettings.DEFAULTS);
        rig.traffic.broken = true;
        assertThatThrownBy(() -> rig.rollouts.abort(Rig.MODEL)).isInstanceOf(IllegalStateException.class);
        rig.tick(100, FAST, FAST, Shadow.EQUAL);
        rig.traffic.broken = false;
        rig.tick(100, FAST, FAST, Shadow.EQUAL);
        assertThat(rig.status().state()).isEqualTo(RolloutState.ABORTED);
        assertThat(rig.status().reason()).isEqualTo("an operator aborted it");
        assertThat(rig.traffic.percent).isZero();
    }
}
