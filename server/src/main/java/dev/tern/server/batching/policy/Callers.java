package dev.tern.server.batching.policy;

/**
 * Tells callers who send again only after an answer (a closed loop) from arrivals that come by themselves.
 *
 * <p>With a fixed number of callers who mostly wait for us, the requests in flight just before an answer hardly vary;
 * arrivals that know nothing of each other make them vary at least like a Poisson number, whose variance is its mean.
 * So: closed where variance over mean is below {@value #CLOSED}. The time between an answer and the caller's next
 * request then follows from Little's law, think = (callers - mean in flight) / throughput.
 */
final class Callers {
    private static final double CLOSED = 0.5;
    private static final double STILL_CLOSED = 0.7;
    private static final double MOSTLY_WAITING = 0.4;
    private static final int LEAST_ANSWERS = 16;
    private static final double LEAST_OTHERS = 0.5;
    private static final int ANSWERS = 256;

    private final int[] before = new int[ANSWERS];
    private long answers;
    private int inFlight;
    private double area;
    private long sinceNanos;
    private long lastNanos;
    private long arrived;
    private Population last = Population.OPEN;

    void arrived(long nanos) {
        advance(nanos);
        inFlight++;
        arrived++;
    }

    void answered(int requests, long nanos) {
        advance(nanos);
        before[(int) (answers++ % ANSWERS)] = inFlight;
        inFlight = Math.max(0, inFlight - requests);
    }

    private void advance(long nanos) {
        if (arrived == 0) {
            sinceNanos = nanos;
        } else {
            area += (double) inFlight * (nanos - lastNanos);
        }
        lastNanos = nanos;
    }

    /** What the callers look like since it was last told; the same as then while there were hardly any answers. */
    Population take() {
        if (answers < LEAST_ANSWERS) {
            return last;
        }
        last = measure();
        area = 0;
        arrived = 0;
        sinceNanos = lastNanos;
        answers = 0;
        return last;
    }

    private Population measure() {
        int count = (int) Math.min(answers, ANSWERS);
        int most = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            int others = before[i] - 1;
            most = Math.max(most, before[i]);
            sum += others;
            squares += (double) others * others;
        }
        double mean = sum / count;
        double variance = squares / count - mean * mean;
        if (mean < LEAST_OTHERS || variance > (last.closed() ? STILL_CLOSED : CLOSED) * mean) {
            return Population.OPEN;
        }
        double inFlightOnAverage = area / Math.max(1, lastNanos - sinceNanos);
        if (inFlightOnAverage < MOSTLY_WAITING * most) {
            return Population.OPEN;
        }
        double nanosPerArrival = (double) (lastNanos - sinceNanos) / Math.max(1, arrived);
        return new Population(most, Math.max(0, most - inFlightOnAverage) * nanosPerArrival);
    }

    /**
     * Who sends.
     *
     * @param callers how many send in a closed loop; 0 where arrivals come by themselves
     * @param thinkNanos from an answer to the caller's next request, on average
     */
    record Population(int callers, double thinkNanos) {
        static final Population OPEN = new Population(0, 0);

        boolean closed() {
            return callers > 0;
        }
    }
}
