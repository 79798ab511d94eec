package dev.tern.bench.floor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Series;
import dev.tern.bench.measure.Measurement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TailTest {
    private final List<String> asked = new ArrayList<>();

    @Test
    void bothAreLoadedAtTheSameRateByTurns() {
        Figure figure = new Tail("mlp", Duration.ofSeconds(70)).measure(500, load("echo", 1, 4), load("tern", 2, 14));
        assertThat(asked)
                .containsExactly(
                        "echo 500 0 PT30S",
                        "tern 500 0 PT30S",
                        "tern 500 1 PT30S",
                        "echo 500 1 PT30S",
                        "echo 500 2 PT10S",
                        "tern 500 2 PT10S");
        assertThat(figure.ratios().median()).isCloseTo(1.75, Offset.offset(0.01));
        assertThat(figure.isReached()).isFalse();
        assertThat(figure.parts())
                .extracting(Series::name)
                .containsSubsequence(
                        "mlp: Tern, p99.9/p50 at 500 requests/s, half of the capacity",
                        "mlp: echo, p99.9/p50 at 500 requests/s, half of the capacity",
                        "mlp: requests without an answer at 500 requests/s, half of the capacity");
        assertThat(figure.parts().get(6).values()).containsExactly(6.0);
    }

    @Test
    void aShortTailIsOneShortPairOfSlices() {
        Figure unused = new Tail("mlp", Duration.ofSeconds(20)).measure(10, load("echo", 1, 2), load("tern", 1, 2));
        assertThat(asked).containsExactly("echo 10 0 PT20S", "tern 10 0 PT20S");
    }

    /** Most answers take so long, one in a hundred so much longer; one request is lost. */
    private Tail.Load load(String name, long usual, long slow) {
        return (rate, repetition, duration) -> {
            asked.add(name + " " + Math.round(rate) + " " + repetition + " " + duration);
            Histogram latencies = new Histogram(3);
            latencies.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(usual), 990);
            latencies.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(slow), 10);
            return new Measurement(
                    duration.toNanos(), 1_001, 1_000, 1, 1_000, 1_000, 1, Map.of(), latencies, new Histogram(3));
        };
    }
}
