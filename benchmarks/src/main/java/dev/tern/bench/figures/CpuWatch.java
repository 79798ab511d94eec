package dev.tern.bench.figures;

import dev.tern.bench.run.WindowWatch;
import java.time.Duration;
import java.util.function.Supplier;

/** How much CPU time the server used within the measured window. */
final class CpuWatch implements WindowWatch {
    private final Supplier<Duration> meter;
    private volatile Duration atStart;
    private volatile Duration atEnd;

    CpuWatch(Supplier<Duration> meter) {
        this.meter = meter;
        atStart = meter.get();
        atEnd = atStart;
    }

    @Override
    public void began() {
        atStart = meter.get();
    }

    @Override
    public void ended() {
        atEnd = meter.get();
    }

    Duration used() {
        return atEnd.minus(atStart);
    }
}
