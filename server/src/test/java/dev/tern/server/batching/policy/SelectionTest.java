package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SelectionTest {
    @Test
    void selectsWhatSortingWould() {
        Random random = new Random(11);
        for (int count = 1; count < 200; count++) {
            long[] values = random.longs(count, 0, 50).toArray();
            long[] sorted = values.clone();
            Arrays.sort(sorted);
            int rank = random.nextInt(count);
            assertThat(Selection.select(values, count, rank)).isEqualTo(sorted[rank]);
        }
    }
}
