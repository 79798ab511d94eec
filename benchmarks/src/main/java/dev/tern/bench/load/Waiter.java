package dev.tern.bench.load;

import java.util.function.BooleanSupplier;

/** Waits for a time to come. */
interface Waiter {
    /** Returns at this time of the clock or soon after; earlier when given up, which is looked at now and then. */
    void until(long time, BooleanSupplier givenUp);
}
