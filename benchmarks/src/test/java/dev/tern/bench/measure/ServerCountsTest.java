package dev.tern.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServerCountsTest {
    private final ServerCounts before = counts(100, 1, 50, 2, 120, Map.of(1L, 30L, 4L, 20L));
    private final ServerCounts after = counts(300, 1.5, 90, 2.2, 320, Map.of(1L, 30L, 4L, 40L, 8L, 20L));

    @Test
    void theDifferenceIsTheWindows() {
        ServerCounts window = after.since(before);
        assertThat(window.meanWaitMicros()).isEqualTo(2_500);
        assertThat(window.runs()).isEqualTo(40);
        assertThat(Math.round(window.meanRunMicros())).isEqualTo(5_000);
        assertThat(window.meanRows()).isEqualTo(5);
        assertThat(window.runsByRows()).isEqualTo(Map.of(4L, 20L, 8L, 20L));
        assertThat(window.isUsable()).isTrue();
    }

    @Test
    void aServerThatStartedAnewIsOfNoUse() {
        assertThat(before.since(after).isUsable()).isFalse();
        assertThat(before.since(before).isUsable()).isFalse();
        assertThat(before.since(before).meanRows()).isNaN();
    }

    private static ServerCounts counts(
            long waits, double waitSeconds, long runs, double runSeconds, double rows, Map<Long, Long> sizes) {
        return new ServerCounts("test", waits, waitSeconds, runs, runSeconds, rows, new TreeMap<>(sizes), false);
    }
}
