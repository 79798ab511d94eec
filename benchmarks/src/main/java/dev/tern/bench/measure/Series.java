package dev.tern.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * A run second by second. Seconds begin and end where those of the window do, so that none is half warm-up. Used by one
 * thread at a time.
 */
public final class Series {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Pulse pulse;
    private final Window window;
    private final IntSupplier inFlight;
    private final List<Second> seconds = new ArrayList<>();
    private long last;

    /**
     * Begins a series.
     *
     * @param now of the window's clock, in nanoseconds
     * @param inFlight tells how many requests are under way
     */
    public Series(Pulse pulse, Window window, IntSupplier inFlight, long now) {
        this.pulse = pulse;
        this.window = window;
        this.inFlight = inFlight;
        last = now;
    }

    /** When the next second is to be taken. */
    public long next(long now) {
        long since = now - window.start();
        long gap = SECOND - Math.floorMod(since, SECOND);
        long left = window.nanos() - since;
        return now + (left > 0 ? Math.min(gap, left) : gap);
    }

    /** Takes the second that ends now, however short it is. */
    public Second take(long now) {
        double from = (last - window.start()) / (double) SECOND;
        Second second = pulse.take(from, (now - last) / (double) SECOND, inFlight.getAsInt());
        last = now;
        seconds.add(second);
        return second;
    }

    /** Those of the measured window. */
    public List<Second> measured() {
        return seconds.stream().filter(each -> each.isWithin(window.nanos())).toList();
    }
}
