package dev.tern.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Parks most of the time and spins the rest, because Linux wakes a parked thread some 50 microseconds late. */
final class PreciseWaiter implements Waiter {
    private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LongSupplier clock;

    PreciseWaiter(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public void until(long time, BooleanSupplier givenUp) {
        for (long left = left(time); left > 0; left = left(time)) {
            if (left <= SPIN_NANOS) {
                Thread.onSpinWait();
            } else if (givenUp.getAsBoolean()) {
                return;
            } else {
                LockSupport.parkNanos(Math.min(left - SPIN_NANOS, LONGEST_PARK_NANOS));
            }
        }
    }

    private long left(long time) {
        return time - clock.getAsLong();
    }
}
