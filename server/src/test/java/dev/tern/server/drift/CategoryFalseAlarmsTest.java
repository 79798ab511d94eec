package dev.tern.server.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * How often a p-value is small where nothing has changed, of the kinds of categories that tempt a test to find something: over
 * 200 references with 30 windows each. Half as much again would be far outside of chance.
 */
class CategoryFalseAlarmsTest {
    private static final int REFERENCES = 200;
    private static final int WINDOWS = 30;
    private static final double ALL = REFERENCES * WINDOWS;

    private static void assertAsStated(ToDoubleFunction<SplittableRandom> traffic, int reference, int window) {
        SplittableRandom random = new SplittableRandom(11);
        double[] pValues = new double[(int) ALL];
        for (int i = 0; i < REFERENCES; i++) {
            Reference of = Reference.of(values(random, traffic, reference), true, window);
            for (int j = 0; j < WINDOWS; j++) {
                pValues[i * WINDOWS + j] =
                        of.compare(values(random, traffic, window)).pValue();
            }
        }
        for (double level : new double[] {0.1, 0.01, 0.001}) {
            double expected = ALL * level;
            // Thirty windows share a reference, so that the counts scatter more than those of independent ones.
            assertThat(Arrays.stream(pValues).filter(each -> each <= level).count())
                    .as("of %s p-values, those of at most %s", ALL, level)
                    .isLessThanOrEqualTo(Math.round(expected + 5 * Math.sqrt(expected)));
        }
    }

    private static double[] values(SplittableRandom random, ToDoubleFunction<SplittableRandom> traffic, int count) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> traffic.applyAsDouble(random));
        return values;
    }

    /** Any of them may happen to be frequent in the reference. */
    @Test
    void aHundredValuesThatAreAllAsLikely() {
        assertAsStated(random -> random.nextInt(100), 5000, 400);
    }

    @Test
    void valuesOfWhichFewAreFrequent() {
        assertAsStated(random -> Math.floor(1 / (1e-4 + random.nextDouble())), 5000, 400);
    }

    @Test
    void oneThatIsFrequentAndManyThatAreHardlyEverSeen() {
        assertAsStated(random -> random.nextInt(200) == 0 ? random.nextDouble() : 0, 5000, 400);
    }

    @Test
    void idsThatNeverComeTwice() {
        assertAsStated(SplittableRandom::nextDouble, 5000, 400);
    }

    @Test
    void theSmallestReferenceAndWindow() {
        assertAsStated(random -> random.nextInt(20), 500, 100);
        assertAsStated(random -> Math.floor(1 / (1e-3 + random.nextDouble())), 500, 100);
    }
}
