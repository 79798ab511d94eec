package dev.tern.bench.load;

import dev.tern.bench.measure.Window;
import dev.tern.bench.measure.Window.Phase;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Sends at the times of the arrivals, from the one thread that runs it, and never waits for an answer. */
final class OpenLoop implements Loop {
    private static final int DIGITS = 3;
    /** A generator this far behind after the window has ended will not catch up; the report says so. */
    private static final long HOPELESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Traffic traffic;
    private final Arrivals arrivals;
    private final Waiter waiter;
    private final Histogram sendDelays = new Histogram(DIGITS);

    OpenLoop(Traffic traffic, Arrivals arrivals, Waiter waiter) {
        this.traffic = traffic;
        this.arrivals = arrivals;
        this.waiter = waiter;
    }

    @Override
    public Histogram run() {
        Window window = traffic.window();
        long began = traffic.now();
        for (int i = 0; !window.isExhausted(); i++) {
            long intended = began + arrivals.next();
            if (window.isOver(traffic.now() - HOPELESS_NANOS)) {
                noteDelay(intended);
                break;
            }
            waiter.until(intended, () -> window.isOver(traffic.now()));
            Phase phase = window.admit(intended);
            if (phase == Phase.OVER) {
                break;
            }
            send(i, intended, phase == Phase.MEASURED);
        }
        return sendDelays;
    }

    @Override
    public boolean isIdle() {
        return traffic.inFlight() == 0;
    }

    private void noteDelay(long intended) {
        sendDelays.recordValue(Math.max(0, traffic.now() - intended));
    }

    private void send(int place, long intended, boolean measured) {
        if (measured) {
            noteDelay(intended);
        }
        traffic.send(traffic.connection(place), intended, measured, () -> {});
    }
}
