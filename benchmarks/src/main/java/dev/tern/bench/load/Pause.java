package dev.tern.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that nobody announces, looking once a millisecond. */
public final class Pause {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Pause() {}

    /** Blocks until the condition holds. */
    public static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
