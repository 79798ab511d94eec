package dev.tern.bench.live;

import dev.tern.bench.measure.Second;
import dev.tern.bench.measure.Units;

/** What is said of a run so far. Told second by second, by one thread. */
final class Status {
    private static final int WIDTH = 20;
    private static final double NANOS_IN_MICRO = 1e3;
    private static final int SECONDS_IN_MINUTE = 60;

    private final String label;
    private final Extent extent;
    private long failed;
    private long ended;

    /** Begins every text with a label, which may be empty. */
    Status(String label, Extent extent) {
        this.label = label.isEmpty() ? "" : label + "  ";
        this.extent = extent;
    }

    void add(Second second) {
        failed += second.failed();
        if (second.from() >= 0) {
            ended += second.answered() + second.failed();
        }
    }

    /** With a bar in front. */
    String bar(Second second) {
        double done = extent.done(second, ended);
        int full = (int) Math.round(done * WIDTH);
        return label + "[" + "=".repeat(full) + " ".repeat(WIDTH - full) + "] " + text(second);
    }

    /** In words and numbers alone. */
    String plain(Second second) {
        return label + text(second);
    }

    private String text(Second second) {
        return Units.format(
                "%3.0f%%  %9s  p50 %7s  p99 %7s  errors %,d  in flight %,d  %s%s",
                100 * extent.done(second, ended),
                Units.rate(second.perSecond()),
                latency(second, second.p50()),
                latency(second, second.p99()),
                failed,
                second.inFlight(),
                second.from() < 0 ? "warm-up, " : "",
                left(extent.secondsLeft(second, ended)));
    }

    private static String latency(Second second, long nanos) {
        return second.answered() == 0 ? "-" : Units.span(nanos / NANOS_IN_MICRO);
    }

    private static String left(double seconds) {
        if (!Double.isFinite(seconds)) {
            return "time left unknown";
        }
        long whole = Math.max(0, Math.round(seconds));
        return Units.format("%d:%02d left", whole / SECONDS_IN_MINUTE, whole % SECONDS_IN_MINUTE);
    }
}
