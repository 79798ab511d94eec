package dev.tern.bench.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Second;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private static final Extent TEN_SECONDS =
            new Extent(Duration.ofSeconds(2), Optional.of(Duration.ofSeconds(10)), OptionalLong.empty());

    private final StringWriter text = new StringWriter();

    @Test
    void aTerminalHasOneLineThatIsWrittenOver() {
        LiveView view = new LiveView(new PrintWriter(text), true, "", TEN_SECONDS);
        view.accept(second(-1, 500, 0));
        view.accept(second(3, 12_345, 2));
        view.end();
        assertThat(text.toString())
                .isEqualTo("\r\u001b[?7l[===                 ]  17%      500/s  p50 1.00 ms  p99 20.0 ms  errors 0"
                        + "  in flight 64  warm-up, 0:10 left\u001b[K\u001b[?7h"
                        + "\r\u001b[?7l[==========          ]  50%   12,345/s  p50 1.00 ms  p99 20.0 ms  errors 2"
                        + "  in flight 64  0:06 left\u001b[K\u001b[?7h"
                        + "\r\u001b[?7l\u001b[K\u001b[?7h");
    }

    @Test
    void elsewhereALineIsWrittenEveryTenSeconds() {
        LiveView view = new LiveView(new PrintWriter(text), false, "probe 1", TEN_SECONDS);
        for (int i = -2; i < 8; i++) {
            view.accept(second(i, 100, 1));
        }
        view.accept(second(8, 100, 1));
        view.end();
        assertThat(text.toString())
                .isEqualTo("probe 1   83%      100/s  p50 1.00 ms  p99 20.0 ms  errors 10  in flight 64  0:02 left"
                        + System.lineSeparator());
    }

    @Test
    void aNumberOfRequestsIsAnExtentToo() {
        Extent extent = new Extent(Duration.ofSeconds(2), Optional.empty(), OptionalLong.of(1_000));
        LiveView view = new LiveView(new PrintWriter(text), true, "", extent);
        view.accept(second(-2, 1_000, 0));
        view.accept(second(0, 240, 10));
        assertThat(text.toString()).contains("]   0%", "time left unknown", "]  25%", "0:03 left");
    }

    @Test
    void aSecondWithoutAnswersHasNoLatency() {
        LiveView view = new LiveView(new PrintWriter(text), true, "", TEN_SECONDS);
        view.accept(second(12, 0, 3));
        assertThat(text.toString()).contains("100%", "0/s  p50       -  p99       -  errors 3", "0:00 left");
    }

    private static Second second(double from, long answered, long failed) {
        long p50 = TimeUnit.MILLISECONDS.toNanos(1);
        long p99 = TimeUnit.MILLISECONDS.toNanos(20);
        return new Second(from, 1, answered, failed, 64, p50, p99, p99, "");
    }
}
