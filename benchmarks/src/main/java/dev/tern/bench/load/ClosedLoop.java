package dev.tern.bench.load;

import dev.tern.bench.measure.Window.Phase;
import dev.tern.bench.target.Endpoint;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/** Callers without threads: each lives on the event loop that tells it its answer. */
final class ClosedLoop implements Loop {
    private static final int DIGITS = 3;

    private final Traffic traffic;
    private final int concurrency;
    private final CountDownLatch working;

    ClosedLoop(Traffic traffic, int concurrency) {
        this.traffic = traffic;
        this.concurrency = concurrency;
        working = new CountDownLatch(concurrency);
    }

    @Override
    public Histogram run() {
        for (int i = 0; i < concurrency; i++) {
            new Caller(i).next();
        }
        Pause.until(() -> traffic.window().isOver(traffic.now()));
        return new Histogram(DIGITS);
    }

    @Override
    public boolean isIdle() {
        return working.getCount() == 0;
    }

    private final class Caller {
        private final int place;
        private final Endpoint connection;
        private final AtomicInteger turns = new AtomicInteger();

        Caller(int place) {
            this.place = place;
            connection = traffic.connection(place);
        }

        /** A call may end before sending it returns: such an end adds a turn to this loop instead of a stack frame. */
        void next() {
            if (turns.getAndIncrement() == 0) {
                do {
                    turn();
                } while (turns.decrementAndGet() > 0);
            }
        }

        private void turn() {
            long now = traffic.now();
            Phase phase = traffic.window().admit(now);
            if (phase == Phase.OVER) {
                working.countDown();
            } else {
                traffic.send(place, now, phase == Phase.MEASURED, this::ended);
            }
        }

        private void ended() {
            if (connection.isUp()) {
                next();
            } else {
                connection.afterPause(this::next);
            }
        }
    }
}
