package dev.tern.bench.run;

import dev.tern.bench.measure.Second;
import dev.tern.bench.measure.Series;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Takes the seconds of a run as they pass, on a thread of its own, and tells them. */
final class Sampler {
    private final Series series;
    private final Consumer<Second> live;
    private final Thread thread = new Thread(this::sample, "tern-bench-sampler");
    private volatile boolean ended;

    private Sampler(Series series, Consumer<Second> live) {
        this.series = series;
        this.live = live;
        thread.setDaemon(true);
    }

    static Sampler start(Series series, Consumer<Second> live) {
        Sampler sampler = new Sampler(series, live);
        sampler.thread.start();
        return sampler;
    }

    /** Ends the series with what is left; it may be read when this has returned. */
    void end() {
        ended = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        series.take(System.nanoTime());
    }

    private void sample() {
        while (awaited(series.next(System.nanoTime()))) {
            live.accept(series.take(System.nanoTime()));
        }
    }

    /** Whether the time has come, and not the end. */
    private boolean awaited(long due) {
        for (long left = due - System.nanoTime(); left > 0 && !ended; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return !ended;
    }
}
