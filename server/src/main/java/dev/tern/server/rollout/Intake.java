package dev.tern.server.rollout;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.OutcomeObserver;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Outcomes since the last look: any thread adds, without a lock; one at a time takes them. Bounded: what comes when it is
 * full is dropped and counted. One that is being added just as they are taken may be lost.
 */
final class Intake implements OutcomeObserver {
    static final int CAPACITY = 4096;
    private static final long[] NONE = {};

    private final LongAdder dropped = new LongAdder();
    private volatile Filling filling = new Filling();

    /** Kept answers, and those of another request's run, say nothing of how the version does. */
    @Override
    public void succeeded(Origin origin, long nanos) {
        switch (origin) {
            case MODEL, MISS, BYPASS -> add(Outcome.answered(nanos));
            case L1, L2, COALESCED -> {}
        }
    }

    /**
     * What the server, the model or too little room is to blame for is a failure; what a caller did wrong is none. What a
     * caller took back took at least so long: left out, just the slowest would be missing, whose callers lost patience.
     */
    @Override
    public void failed(Failure.Kind kind, long nanos) {
        switch (kind) {
            case INTERNAL, UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED -> add(Outcome.FAILED);
            case CANCELLED -> add(Outcome.cancelled(nanos));
            case INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED -> {}
        }
    }

    void add(long outcome) {
        if (!filling.add(outcome)) {
            dropped.increment();
        }
    }

    /** What has come since this was last asked. */
    long[] take() {
        Filling full = filling;
        if (full.isEmpty()) {
            return NONE;
        }
        filling = new Filling();
        return full.outcomes();
    }

    long dropped() {
        return dropped.sum();
    }

    private static final class Filling {
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicLongArray slots = new AtomicLongArray(CAPACITY);

        boolean isEmpty() {
            return count.get() == 0;
        }

        boolean add(long outcome) {
            int slot = count.get() < CAPACITY ? count.getAndIncrement() : CAPACITY;
            if (slot >= CAPACITY) {
                return false;
            }
            slots.set(slot, outcome);
            return true;
        }

        long[] outcomes() {
            int taken = Math.min(count.get(), CAPACITY);
            long[] outcomes = new long[taken];
            int size = 0;
            for (int i = 0; i < taken; i++) {
                long outcome = slots.get(i);
                // Who has just taken the slot may not have filled it.
                if (outcome != 0) {
                    outcomes[size++] = outcome;
                }
            }
            return Arrays.copyOf(outcomes, size);
        }
    }
}
