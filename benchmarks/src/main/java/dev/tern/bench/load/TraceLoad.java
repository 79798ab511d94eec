package dev.tern.bench.load;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An open loop that repeats recorded arrivals, from the begin of the measured window on. The warm-up sends evenly, at the
 * recording's mean rate.
 */
public final class TraceLoad implements LoadPlan {
    private final String name;
    private final long[] times;
    private final double speed;

    /**
     * Makes a plan.
     *
     * @param name where the recording is from, for people
     * @param times when requests came, in nanoseconds since the first, never less than the one before; at least one
     * @param speed how much faster than recorded
     */
    public TraceLoad(String name, long[] times, double speed) {
        this.name = name;
        this.times = times.clone();
        this.speed = speed;
    }

    /** How long the recording lasts at this speed, its last request included, in nanoseconds. */
    public long nanos() {
        return at(times.length - 1) + 1;
    }

    @Override
    public String describe() {
        return String.format(
                Locale.ROOT,
                "open loop, recorded, %,d requests in %.3f s (%s%s)",
                times.length,
                nanos() / 1e9,
                name,
                speed == 1 ? "" : String.format(Locale.ROOT, ", %s times as fast", speed));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("kind", "trace");
        settings.put("file", name);
        settings.put("speed", speed);
        settings.put("recorded_requests", times.length);
        settings.put("recorded_seconds", nanos() / 1e9);
        return settings;
    }

    @Override
    public int usefulConnections(int asked) {
        return asked;
    }

    @Override
    public Loop loop(Traffic traffic) {
        return OpenLoop.started(traffic, this::arrivals, new PreciseWaiter(traffic::now));
    }

    /** The arrivals after so long a warm-up. */
    Arrivals arrivals(long warmUp) {
        long gap = Math.max(1, nanos() / times.length);
        return new Arrivals() {
            private long warm;
            private int next;

            @Override
            public long next() {
                if (warm + gap < warmUp) {
                    warm += gap;
                    return warm;
                }
                return next == times.length ? StagedArrivals.NEVER : warmUp + at(next++);
            }
        };
    }

    private long at(int place) {
        return Math.round(times[place] / speed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TraceLoad trace
                && trace.name.equals(name)
                && trace.speed == speed
                && Arrays.equals(trace.times, times);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
