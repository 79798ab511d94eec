package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingMedianTest {
    @Test
    void isTheMedianOfTheLastValues() {
        Random random = new Random(5);
        SlidingMedian median = new SlidingMedian(7);
        ArrayDeque<Double> last = new ArrayDeque<>();
        for (int i = 0; i < 500; i++) {
            double value = random.nextInt(10);
            median.add(value);
            last.add(value);
            if (last.size() > 7) {
                last.remove();
            }
            double[] sorted = last.stream().mapToDouble(each -> each).sorted().toArray();
            assertThat(median.median()).isEqualTo(sorted[sorted.length / 2]);
            assertThat(median.size()).isEqualTo(sorted.length);
            assertThat(median.quartiles()).isEqualTo(sorted[sorted.length * 3 / 4] - sorted[sorted.length / 4]);
        }
    }
}
