package dev.tern.bench.load;

import dev.tern.bench.measure.Window;
import dev.tern.bench.measure.Window.Phase;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;

/** Sends at the times of the arrivals, from the one thread that runs it, and never waits for an answer. */
final class OpenLoop implements Loop {
    private static final int DIGITS = 3;
    /** A generator this far behind after the window has ended will not catch up; the report says so. */
    private static final long HOPELESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Traffic traffic;
    private final Arrivals arrivals;
    private final Waiter waiter;
    private final long began;
    private final Histogram sendDelays = new Histogram(DIGITS);

    /** A loop that begins now; so do its arrivals. */
    OpenLoop(Traffic traffic, Arrivals arrivals, Waiter waiter) {
        this(traffic, warmUp -> arrivals, waiter);
    }

    private OpenLoop(Traffic traffic, LongFunction<Arrivals> arrivals, Waiter waiter) {
        long warmUp = Math.max(0, traffic.window().start() - traffic.now());
        this.traffic = traffic;
        this.arrivals = arrivals.apply(warmUp);
        this.waiter = waiter;
        began = traffic.window().start() - warmUp;
    }

    /** A loop that begins now, with arrivals that know how long the warm-up is, in nanoseconds. */
    static OpenLoop started(Traffic traffic, LongFunction<Arrivals> arrivals, Waiter waiter) {
        return new OpenLoop(traffic, arrivals, waiter);
    }

    @Override
    public Histogram run() {
        Window window = traffic.window();
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
        traffic.send(place, intended, measured, () -> {});
    }
}
