package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyChoiceTest {
    private static final int DRAWS = 200_000;
    private static final int DISTINCT = 100;
    /** Of 99 degrees of freedom, exceeded by one sample in a thousand. */
    private static final double CRITICAL = 148.2;

    @Test
    void inTurnGoesRound() {
        Keys keys = KeyChoice.IN_TURN.among(3, 1, 0);
        assertThat(IntStream.range(0, 7).map(keys::at)).containsExactly(0, 1, 2, 0, 1, 2, 0);
        assertThat(keys.at(Integer.MAX_VALUE + 2L)).isEqualTo((int) ((Integer.MAX_VALUE + 2L) % 3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.99, 1, 1.5, 3})
    void zipfsLawIsKept(double exponent) {
        Keys keys = KeyChoice.parse("zipf(" + exponent + ")").among(DISTINCT, 1, 1);
        double sum = IntStream.rangeClosed(1, DISTINCT)
                .mapToDouble(k -> Math.pow(k, -exponent))
                .sum();
        assertThat(chiSquare(keys, place -> Math.pow(place + 1, -exponent) / sum))
                .isLessThan(CRITICAL);
    }

    @Test
    void uniformIsUniform() {
        Keys keys = KeyChoice.parse("uniform").among(DISTINCT, 1, 1);
        assertThat(chiSquare(keys, place -> 1.0 / DISTINCT)).isLessThan(CRITICAL);
    }

    /** The test would see it if the law were another. */
    @Test
    void anotherLawIsNot() {
        Keys keys = KeyChoice.parse("zipf(0.9)").among(DISTINCT, 1, 1);
        double sum =
                IntStream.rangeClosed(1, DISTINCT).mapToDouble(k -> 1.0 / k).sum();
        assertThat(chiSquare(keys, place -> 1.0 / (place + 1) / sum)).isGreaterThan(CRITICAL);
    }

    @Test
    void aHundredThousandKeysHaveTheirHead() {
        int distinct = 100_000;
        Keys keys = KeyChoice.parse("zipf(1)").among(distinct, 7, 1);
        double sum =
                IntStream.rangeClosed(1, distinct).mapToDouble(k -> 1.0 / k).sum();
        long first = IntStream.range(0, DRAWS).filter(n -> keys.at(n) == 0).count();
        assertThat((double) first / DRAWS).isBetween(0.97 / sum, 1.03 / sum);
        assertThat(IntStream.range(0, DRAWS).map(keys::at).max().orElseThrow()).isGreaterThan(95_000);
    }

    @Test
    void theNthKeyIsTheSameWhoeverAsks() {
        Keys keys = KeyChoice.parse("zipf(0.99)").among(1_000, 5, 1);
        Keys same = KeyChoice.parse("zipf(0.99)").among(1_000, 5, 1);
        Keys otherSeed = KeyChoice.parse("zipf(0.99)").among(1_000, 6, 1);
        Keys otherStream = KeyChoice.parse("zipf(0.99)").among(1_000, 5, 2);
        int[] backwards = IntStream.range(0, 100).map(n -> same.at(99 - n)).toArray();
        assertThat(IntStream.range(0, 100).map(n -> backwards[99 - n]).boxed())
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).map(keys::at).boxed().toList());
        assertThat(IntStream.range(0, 100)
                        .filter(n -> keys.at(n) == otherSeed.at(n))
                        .count())
                .isLessThan(50);
        assertThat(IntStream.range(0, 100)
                        .filter(n -> keys.at(n) == otherStream.at(n))
                        .count())
                .isLessThan(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-turn", "uniform", "zipf(0.99)"})
    void itIsWrittenAsItIsTyped(String text) {
        assertThat(KeyChoice.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zipf", "zipf()", "zipf(-1)", "zipf(1,2)", "random"})
    void otherChoicesAreRefused(String text) {
        assertThatThrownBy(() -> KeyChoice.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is not a choice of keys (expected: in-turn, uniform or zipf(S), such as"
                        + " zipf(0.99))");
    }

    private static double chiSquare(Keys keys, IntToDoubleFunction share) {
        long[] counts = new long[DISTINCT];
        for (int n = 0; n < DRAWS; n++) {
            counts[keys.at(n)]++;
        }
        return IntStream.range(0, DISTINCT)
                .mapToDouble(place -> {
                    double expected = DRAWS * share.applyAsDouble(place);
                    return (counts[place] - expected) * (counts[place] - expected) / expected;
                })
                .sum();
    }
}
