package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals(8);
    private final Trace trace = new Trace(8);

    @Test
    void measuresTheRateOfThoseThatAreKept() {
        assertThat(arrivals.rowsPerSecond(5)).isZero();
        for (int i = 1; i <= 20; i++) {
            arrivals.add(3, i * 1_000_000L);
        }
        // The last 8, the first of them at 13 ms.
        assertThat(arrivals.rowsPerSecond(21_000_000)).isEqualTo(8 * 3 / 0.008);
        assertThat(arrivals.total()).isEqualTo(20);
    }

    @Test
    void copiesTheRecentOnes() {
        for (int i = 1; i <= 20; i++) {
            arrivals.add(i, i);
        }
        arrivals.copyTo(trace, 0);
        assertThat(trace.nanos).containsExactly(13, 14, 15, 16, 17, 18, 19, 20);
        assertThat(trace.rowsPerRequest()).isEqualTo(16.5);

        arrivals.copyTo(trace, 19);
        assertThat(trace.count).isEqualTo(2);
        assertThat(trace.nanos).startsWith(19, 20);

        arrivals.copyTo(trace, 21);
        assertThat(trace.count).isZero();
    }

    @Test
    void keepsAPowerOfTwo() {
        assertThatThrownBy(() -> new Arrivals(100)).hasMessageContaining("capacity: 100");
    }
}
