package dev.tern.bench.cached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BeladyTest {
    @Test
    void whatComesLaterThanAllThatIsKeptIsNotLetIn() {
        // With 1 and 2 kept, 3 comes last of the three: letting it in would cost a hit.
        assertThat(hits(2, 1, 2, 3, 1, 2, 3)).containsExactly(3, 4);
    }

    @Test
    void whatComesSoonerTakesThePlaceOfWhatComesLater() {
        // 1 is kept over 2, as it comes first; then 2 is let in for its last.
        assertThat(hits(1, 1, 2, 1, 2, 2)).containsExactly(2, 4);
        // 1 goes for 2, which comes twice before it.
        assertThat(hits(1, 1, 2, 2, 2, 1)).containsExactly(2, 3);
    }

    @Test
    void withRoomForAllOnlyFirstUsesMiss() {
        assertThat(hits(3, 7, 8, 7, 9, 8, 9, 7)).containsExactly(2, 4, 5, 6);
    }

    @Test
    void withoutRoomOrRepetitionNothingHits() {
        assertThat(hits(0, 1, 1, 1)).isEmpty();
        assertThat(hits(5, 1, 2, 3)).isEmpty();
        assertThat(hits(5)).isEmpty();
    }

    @Test
    void noChoiceOfWhatIsKeptHitsMoreOften() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            int[] trace = random.ints(10, 0, 5).toArray();
            int entries = 1 + i % 3;
            assertThat(Belady.hits(trace, entries).cardinality())
                    .as("%s entries, %s", entries, Arrays.toString(trace))
                    .isEqualTo(best(trace, 0, Set.of(), entries));
        }
    }

    /** By trying everything: who is not let in, or goes. */
    private static int best(int[] trace, int place, Set<Integer> kept, int entries) {
        if (place == trace.length) {
            return 0;
        }
        int hit = kept.contains(trace[place]) ? 1 : 0;
        int best = best(trace, place + 1, kept, entries);
        if (hit == 0) {
            Set<Integer> all = new HashSet<>(kept);
            all.add(trace[place]);
            if (all.size() <= entries) {
                best = Math.max(best, best(trace, place + 1, all, entries));
            } else {
                for (Integer each : kept) {
                    Set<Integer> without = new HashSet<>(all);
                    without.remove(each);
                    best = Math.max(best, best(trace, place + 1, without, entries));
                }
            }
        }
        return hit + best;
    }

    private static int[] hits(int entries, int... trace) {
        return IntStream.range(0, trace.length)
                .filter(Belady.hits(trace, entries)::get)
                .toArray();
    }
}
