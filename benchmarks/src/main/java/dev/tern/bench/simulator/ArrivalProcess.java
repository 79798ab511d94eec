package dev.tern.bench.simulator;

import dev.tern.bench.load.Arrivals;
import dev.tern.bench.load.PoissonArrivals;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How requests come.
 *
 * @param kind evenly, at random, or at random in bursts with silence between
 * @param onNanos the mean length of a burst
 * @param offNanos the mean length of the silence after it
 */
public record ArrivalProcess(Kind kind, long onNanos, long offNanos) {
    private static final Pattern BURSTS = Pattern.compile("onoff(?::([^/]+)/(.+))?");
    private static final String USUAL = "100ms";

    /** What the gaps look like. */
    public enum Kind {
        CONSTANT,
        POISSON,
        ONOFF
    }

    /** Reads {@code poisson}, {@code constant}, {@code onoff} or {@code onoff:20ms/80ms}. */
    public static ArrivalProcess parse(String text) {
        Matcher bursts = BURSTS.matcher(text);
        if (bursts.matches()) {
            boolean given = bursts.group(1) != null;
            long on = Spans.parse(given ? bursts.group(1) : USUAL);
            long off = Spans.parse(given ? bursts.group(2) : USUAL);
            if (on > 0) {
                return new ArrivalProcess(Kind.ONOFF, on, off);
            }
        }
        return switch (text) {
            case "poisson" -> new ArrivalProcess(Kind.POISSON, 0, 0);
            case "constant" -> new ArrivalProcess(Kind.CONSTANT, 0, 0);
            default ->
                throw new IllegalArgumentException("arrivals: " + text
                        + " (expected: poisson, constant, onoff or onoff:ON/OFF, such as" + " onoff:20ms/80ms)");
        };
    }

    /** Arrivals of this mean rate per second; the same seed gives the same times. */
    Arrivals at(double rate, long seed) {
        return switch (kind) {
            case POISSON -> new PoissonArrivals(rate, seed);
            case CONSTANT -> new Even(rate);
            case ONOFF -> new Bursts(this, rate, seed);
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case POISSON -> "poisson";
            case CONSTANT -> "constant";
            case ONOFF -> "onoff:" + Spans.text(onNanos) + "/" + Spans.text(offNanos);
        };
    }

    private static final class Even implements Arrivals {
        private final double gap;
        private double time;

        Even(double rate) {
            gap = 1e9 / rate;
        }

        @Override
        public long next() {
            time += gap;
            return (long) time;
        }
    }

    /** Poisson arrivals on a clock that stands still during the silence; both lengths are exponential. */
    private static final class Bursts implements Arrivals {
        private final ArrivalProcess process;
        private final Arrivals within;
        private final SplittableRandom random;
        private double burstEnd;
        private double silence;

        Bursts(ArrivalProcess process, double rate, long seed) {
            this.process = process;
            this.random = new SplittableRandom(seed);
            double duty = (double) process.onNanos / (process.onNanos + process.offNanos);
            this.within = new PoissonArrivals(rate / duty, random.nextLong());
            this.burstEnd = exponential(process.onNanos);
        }

        @Override
        public long next() {
            double time = within.next();
            while (time > burstEnd) {
                silence += exponential(process.offNanos);
                burstEnd += exponential(process.onNanos);
            }
            return (long) (time + silence);
        }

        private double exponential(long mean) {
            return -Math.log1p(-random.nextDouble()) * mean;
        }
    }
}
