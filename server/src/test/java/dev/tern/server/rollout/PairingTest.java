package dev.tern.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whose outcomes are held against whose. */
class PairingTest {
    private final Pairing pairing = new Pairing(new SplittableRandom(3));
    private final List<Long> baselines = new ArrayList<>();
    private final List<Long> candidates = new ArrayList<>();

    private void add(long[] baseline, long... candidate) {
        pairing.add(baseline, candidate, (ofBaseline, ofCandidate) -> {
            baselines.add(ofBaseline);
            candidates.add(ofCandidate);
        });
    }

    private static long[] range(int from, int to) {
        return LongStream.range(from, to).toArray();
    }

    @Test
    void eachIsUsedOnce() {
        add(range(1, 100), range(201, 221));
        assertThat(candidates)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(201, 221).boxed().toList());
        assertThat(baselines).hasSize(20).doesNotHaveDuplicates().allMatch(each -> each > 0 && each < 100);
        add(range(300, 300), 400);
        assertThat(candidates).as("what was left is not used later").hasSize(20);
    }

    /** Of a hundred, each place in the line is drawn about as often: no rule favours late or early ones. */
    @Test
    void theyAreDrawnByChance() {
        for (int i = 0; i < 5000; i++) {
            add(range(0, 100), 1);
        }
        long[] counts = new long[10];
        baselines.forEach(each -> counts[(int) (each / 10)]++);
        assertThat(counts).hasSize(10);
        for (long count : counts) {
            // 500 expected, give or take 21: 5 times that.
            assertThat(count).isBetween(394L, 606L);
        }
    }

    /** What came at another moment came in other luck. */
    @Test
    void noneWaitsForTheOtherSide() {
        add(range(1, 3));
        add(range(0, 0), 7, 8);
        assertThat(candidates).isEmpty();
        add(range(5, 6), 9);
        assertThat(baselines).containsExactly(5L);
        assertThat(candidates).containsExactly(9L);
    }
}
