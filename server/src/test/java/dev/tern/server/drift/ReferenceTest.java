package dev.tern.server.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tern.server.predict.DriftState;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
    private static final int WINDOW = 1000;

    private static Reference numbers(double... values) {
        return Reference.of(values, false, WINDOW);
    }

    private static double[] range(int count, double first) {
        return IntStream.range(0, count).mapToDouble(i -> first + i).toArray();
    }

    /** {@code counts[i]} times i. */
    private static double[] times(int... counts) {
        return IntStream.range(0, counts.length)
                .mapToObj(i -> IntStream.range(0, counts[i]).mapToDouble(each -> i))
                .flatMapToDouble(each -> each)
                .toArray();
    }

    /** Smirnov's table of 1948 has 0.049 for 1.36, and 1.36 is what 61 places of a thousand on both sides come to. */
    @Test
    void theDistanceOfNumbersAndItsPValueAreThoseOfTheLiterature() {
        Reference reference = numbers(range(1000, 0));
        Comparison shifted = reference.compare(range(1000, 61));

        assertThat(reference.test()).isEqualTo(DriftState.Test.KOLMOGOROV_SMIRNOV);
        assertThat(shifted.statistic()).isCloseTo(0.061, within(1e-12));
        assertThat(shifted.pValue()).isCloseTo(0.0484, within(1e-4));
    }

    /** The values at which Kolmogorov's distribution is 0.9, 0.95, 0.99 and 0.999. */
    @Test
    void thePValuesAreKolmogorovs() {
        int n = 50_000;
        Reference reference = numbers(range(n, 0));
        double[] critical = {1.22385, 1.35810, 1.62762, 1.94947};
        double[] pValues = {0.1, 0.05, 0.01, 0.001};
        for (int i = 0; i < critical.length; i++) {
            double shift = Math.rint(critical[i] * Math.sqrt(2.0 * n));
            assertThat(reference.compare(range(n, shift)).pValue())
                    .as("of %s", critical[i])
                    .isCloseTo(pValues[i], within(pValues[i] * 0.02));
        }
    }

    @Test
    void whatIsTheSameIsNoDrift() {
        assertThat(numbers(range(1000, 0)).compare(range(1000, 0))).isEqualTo(new Comparison(0, 1));
        assertThat(numbers(times(500, 500)).compare(times(500, 500))).isEqualTo(new Comparison(0, 1));
    }

    @Test
    void whatHasNothingInCommonIsAsFarApartAsCanBe() {
        assertThat(numbers(range(1000, 0)).compare(range(400, 5000))).isEqualTo(new Comparison(1, 0));
        Comparison other = numbers(times(500, 500)).compare(times(0, 0, 200, 200));
        assertThat(other.statistic()).isGreaterThan(5);
        assertThat(other.pValue()).isLessThan(1e-200);
    }

    /** The series of the p-value would not converge. */
    @Test
    void theSmallestDistancesHaveAPValueToo() {
        double[] many = range(50_000, 0);
        double[] almost = many.clone();
        almost[0] = 1;
        assertThat(numbers(many).compare(almost).statistic()).isCloseTo(1 / 50_000.0, within(1e-9));
        assertThat(numbers(many).compare(almost).pValue()).isEqualTo(1);
    }

    @Test
    void valuesThatAreNoNumbersCountAsValues() {
        double[] withNothing = range(1000, 0);
        Arrays.fill(withNothing, 0, 300, Double.NaN);
        double[] infinite = range(1000, 0);
        Arrays.fill(infinite, 0, 300, Double.NEGATIVE_INFINITY);
        Reference reference = numbers(range(1000, 0));

        assertThat(reference.compare(withNothing).statistic()).isCloseTo(0.3, within(1e-9));
        assertThat(reference.compare(infinite).statistic()).isCloseTo(0.3, within(1e-9));
        assertThat(numbers(withNothing).compare(withNothing)).isEqualTo(new Comparison(0, 1));
        assertThat(numbers(times(500, 500))
                        .compare(DoubleStream.generate(() -> Double.NaN)
                                .limit(400)
                                .toArray())
                        .pValue())
                .isLessThan(1e-200);
    }

    /**
     * 0.2 ln 1.4 + 0.2 ln (1 / 0.6). G of 400 and 400 against 70 and 30, a fifth of the reference having chosen the
     * categories, is 14.678 and Williams' correction 1.00508: 1.32634e-4 with one degree of freedom, doubled as there may be new values.
     */
    @Test
    void theIndexOfCategoriesAndItsPValueAreThoseOfTheirFormulas() {
        Reference reference = numbers(times(500, 500));
        Comparison moved = reference.compare(times(70, 30));

        assertThat(reference.test()).isEqualTo(DriftState.Test.POPULATION_STABILITY_INDEX);
        assertThat(moved.statistic()).isCloseTo(0.2 * Math.log(0.7 / 0.5) - 0.2 * Math.log(0.3 / 0.5), within(1e-12));
        assertThat(moved.pValue()).isCloseTo(2 * 1.32634e-4, within(1e-8));
    }

    /** Items come page by page, days week by week: as many rows as one is chosen of, twice as many, or another number. */
    @ParameterizedTest
    @ValueSource(ints = {5, 7, 10, 20})
    void whatComesRoundAgainAndAgainIsNoDrift(int period) {
        double[] values = range(5000, 0);
        Arrays.setAll(values, i -> i % period);
        Comparison same = Reference.of(values, true, 400).compare(Arrays.copyOf(values, 400));

        assertThat(same.pValue()).isGreaterThan(0.5);
        assertThat(same.statistic()).isLessThan(0.02);
    }

    @Test
    void numbersWithFewValuesAreCategories() {
        assertThat(numbers(range(20, 0)).test()).isEqualTo(DriftState.Test.POPULATION_STABILITY_INDEX);
        assertThat(numbers(range(21, 0)).test()).isEqualTo(DriftState.Test.KOLMOGOROV_SMIRNOV);
        assertThat(Reference.of(range(21, 0), true, WINDOW).test())
                .isEqualTo(DriftState.Test.POPULATION_STABILITY_INDEX);
    }

    @Test
    void rareCategoriesAreTakenTogether() {
        // 9 of 1000 are too few for the test; what was never seen is one of the others as well.
        Reference reference = Reference.of(times(600, 391, 9), false, 400);
        Comparison same = reference.compare(times(600, 391, 9));

        assertThat(same.statistic()).isLessThan(0.001);
        assertThat(same.pValue()).isGreaterThan(0.5);
        assertThat(reference.compare(times(600, 391, 0, 9))).isEqualTo(same);
        assertThat(reference.compare(times(500, 300, 0, 200)).pValue()).isLessThan(1e-9);
    }

    @Test
    void aSmallWindowWantsLargerCategories() {
        double[] values = times(600, 370, 30);
        assertThat(Reference.of(values, false, 1000)
                        .compare(times(600, 370, 0, 30))
                        .pValue())
                .isLessThan(1e-6);
        assertThat(Reference.of(values, false, 100)
                        .compare(times(600, 370, 0, 30))
                        .pValue())
                .as("30 of 1000 is 3 of 100")
                .isGreaterThan(0.5);
    }

    /** One of the 800 rows that count has another value, and 4 of the window: hypergeometric, 4 or more of 5 in 100 of 900. */
    @Test
    void howLikelyNewValuesAreIsComputedExactly() {
        double[] values = new double[1000];
        values[1] = 1;
        Comparison some = Reference.of(values, true, 100).compare(times(96, 0, 4));

        assertThat(some.pValue()).isCloseTo(6.601064e-4, within(1e-9));
    }

    @Test
    void amongIdsOneThatTakesOverShowsAndNewOnesDoNot() {
        SplittableRandom random = new SplittableRandom(1);
        Reference reference = Reference.of(random.doubles(5000).toArray(), true, 400);
        double[] stuck = random.doubles(400).toArray();
        Comparison other = reference.compare(stuck.clone());
        Arrays.fill(stuck, 0, 200, stuck[0]);

        assertThat(other.pValue()).isGreaterThan(0.001);
        assertThat(other.statistic()).isLessThan(0.2);
        assertThat(reference.compare(stuck).pValue()).isLessThan(1e-20);
        assertThat(reference.compare(stuck).statistic()).isGreaterThan(0.2);
    }

    @Test
    void oneValueAlwaysIsLikeItself() {
        Reference reference = numbers(times(1000));

        assertThat(reference.compare(times(400))).isEqualTo(new Comparison(0, 1));
        assertThat(reference.compare(times(0, 400)).pValue()).isLessThan(1e-200);
        assertThat(reference.compare(times(0, 400)).statistic()).isGreaterThan(5);
    }
}
