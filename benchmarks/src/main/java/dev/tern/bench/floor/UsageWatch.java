package dev.tern.bench.floor;

import dev.tern.bench.process.JvmMeter;
import dev.tern.bench.process.JvmMeter.Usage;
import dev.tern.bench.run.WindowWatch;

/** What a JVM used within the measured window. */
final class UsageWatch implements WindowWatch {
    private final JvmMeter meter;
    private volatile Usage before = Usage.NONE;
    private volatile Usage after = Usage.NONE;

    UsageWatch(JvmMeter meter) {
        this.meter = meter;
    }

    @Override
    public void began() {
        before = meter.read();
    }

    @Override
    public void ended() {
        after = meter.read();
    }

    Usage used() {
        return after.minus(before);
    }
}
