package dev.tern.server.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopElementsTest {
    /** Few values, so that many elements are equal. */
    private static long[] ranks(int count, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToLong(i -> random.nextInt(8) - 4).toArray();
    }

    private static int[] sorted(long[] ranks, int wanted) {
        return IntStream.range(0, ranks.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(i -> ranks[i])
                        .reversed()
                        .thenComparing(i -> i))
                .limit(wanted)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 20, 49, 50, 51, 1_000_000})
    void areTheFirstOfAllSorted(int wanted) {
        for (int seed = 0; seed < 200; seed++) {
            long[] ranks = ranks(50, seed);
            assertThat(TopElements.of(50, wanted, i -> ranks[i])).containsExactly(sorted(ranks, wanted));
        }
    }

    @Test
    void areFoundInAnyOrderOfTheElements() {
        long[] rising = IntStream.range(0, 100).mapToLong(i -> i).toArray();
        assertThat(TopElements.of(100, 3, i -> rising[i])).containsExactly(99, 98, 97);
        assertThat(TopElements.of(100, 3, i -> -rising[i])).containsExactly(0, 1, 2);
    }

    @Test
    void ofNothingAreNone() {
        assertThat(TopElements.of(0, 3, i -> i)).isEmpty();
    }
}
