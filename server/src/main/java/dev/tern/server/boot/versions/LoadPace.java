package dev.tern.server.boot.versions;

import dev.tern.server.boot.warmup.Effort;
import dev.tern.server.boot.warmup.RunTiming;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** How urgent loads are: before the server is ready, more than anything; then, less than requests. Any thread. */
public final class LoadPace {
    private final BooleanSupplier givesWay;
    private final LongSupplier time;
    private final LongSupplier threadTime;

    /**
     * @param givesWay whether requests come first now
     * @param time nanoseconds that pass
     * @param threadTime nanoseconds that the calling thread had of a core
     */
    public LoadPace(BooleanSupplier givesWay, LongSupplier time, LongSupplier threadTime) {
        this.givesWay = givesWay;
        this.time = time;
        this.threadTime = threadTime;
    }

    /** @param onCaller whether runs use the calling thread only */
    RunTiming timing(boolean onCaller) {
        return new RunTiming(givesWay.getAsBoolean() ? Effort.BRIEF : Effort.FULL, onCaller ? threadTime : time);
    }
}
