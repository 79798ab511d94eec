package dev.tern.server.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.drift.DriftObserver.Change;
import dev.tern.server.predict.DriftState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeatureWatchTest {
    private static final int REFERENCE = 1000;
    private static final int WINDOW = 200;

    private final SplittableRandom random = new SplittableRandom(7);

    private static FeatureWatch watch(double ksThreshold, double psiThreshold) {
        return new FeatureWatch(
                "x",
                false,
                new DriftSettings(1, REFERENCE, WINDOW, 1e-6, ksThreshold, psiThreshold),
                /* pValueLimit= */ 1e-6);
    }

    /** Values from {@code from} to 1 more than that. */
    private List<Change> uniform(FeatureWatch watch, int count, double from) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Change change = watch.add(from + random.nextDouble());
            if (change != null) {
                changes.add(change);
            }
        }
        return changes;
    }

    @Test
    void aWindowThatDiffersBeginsADriftAndTwoThatDoNotEndIt() {
        FeatureWatch watch = watch(0.1, 0.2);
        assertThat(uniform(watch, REFERENCE, 0)).isEmpty();
        assertThat(uniform(watch, 2 * WINDOW, 0)).containsExactly(Change.NONE, Change.NONE);
        assertThat(uniform(watch, 2 * WINDOW, 0.5)).containsExactly(Change.BEGAN, Change.NONE);
        assertThat(watch.state().drifted()).isTrue();
        assertThat(watch.state().statistic()).isBetween(0.4, 0.6);
        assertThat(watch.state().pValue()).isLessThan(1e-20);
        assertThat(uniform(watch, WINDOW, 0)).containsExactly(Change.NONE);
        assertThat(uniform(watch, WINDOW, 0.5)).as("not calm for long enough").containsExactly(Change.NONE);
        assertThat(uniform(watch, 3 * WINDOW, 0)).containsExactly(Change.NONE, Change.ENDED, Change.NONE);
        assertThat(watch.state().drifted()).isFalse();
        assertThat(watch.state().windows()).isEqualTo(9);
    }

    @Test
    void aDifferenceThatIsCertainButSmallIsNoDrift() {
        FeatureWatch large = watch(0.6, 0.2);
        uniform(large, REFERENCE, 0);
        assertThat(uniform(large, WINDOW, 0.5)).containsExactly(Change.NONE);
        assertThat(large.state().pValue()).isLessThan(1e-20);
    }

    @Test
    void categoriesHaveAThresholdOfTheirOwn() {
        for (double threshold : List.of(0.2, 100.0)) {
            FeatureWatch watch = watch(0, threshold);
            Change last = null;
            for (int i = 0; i < REFERENCE; i++) {
                last = watch.add(i % 4);
            }
            assertThat(last).isNull();
            for (int i = 0; i < WINDOW; i++) {
                last = watch.add(i % 2);
            }
            assertThat(watch.state().test()).isEqualTo(DriftState.Test.POPULATION_STABILITY_INDEX);
            assertThat(last).isEqualTo(threshold < 1 ? Change.BEGAN : Change.NONE);
        }
    }

    @Test
    void theTwoZerosAreOne() {
        FeatureWatch watch = watch(0, 0);
        Change last = null;
        for (int i = 0; i < REFERENCE + WINDOW; i++) {
            last = watch.add(i < REFERENCE ? 0.0 : -0.0);
        }
        assertThat(last).isEqualTo(Change.NONE);
        assertThat(watch.state().statistic()).isZero();
    }

    @Test
    void aNewReferenceForgetsTheOldOne() {
        FeatureWatch watch = watch(0.1, 0.2);
        uniform(watch, REFERENCE, 0);
        uniform(watch, WINDOW, 5);
        assertThat(watch.state().drifted()).isTrue();
        uniform(watch, WINDOW / 2, 5);

        watch.restart();
        assertThat(watch.state())
                .isEqualTo(new DriftState.Feature(
                        "x", DriftState.Test.UNDECIDED, 0, 0, Double.NaN, Double.NaN, /* drifted= */ false));
        assertThat(uniform(watch, REFERENCE, 5)).isEmpty();
        assertThat(uniform(watch, WINDOW, 5)).containsExactly(Change.NONE);
        assertThat(uniform(watch, WINDOW, 0)).containsExactly(Change.BEGAN);
    }

    @Test
    void theStateTellsHowFarTheReferenceIs() {
        FeatureWatch watch = watch(0.1, 0.2);
        uniform(watch, 300, 0);
        watch.publish();
        assertThat(watch.state().referenceValues()).isEqualTo(300);
        assertThat(watch.state().test()).isEqualTo(DriftState.Test.UNDECIDED);
        uniform(watch, REFERENCE - 300, 0);
        watch.publish();
        assertThat(watch.state().referenceValues()).isEqualTo(REFERENCE);
        assertThat(watch.state().test()).isEqualTo(DriftState.Test.KOLMOGOROV_SMIRNOV);
        assertThat(watch.state().statistic()).isNaN();
    }
}
