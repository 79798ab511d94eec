package dev.tern.server.batching;

import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.Refusal;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a queue says of itself; any thread. */
final class Tally implements BatchObserver {
    final LongAdder waited = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder runs = new LongAdder();
    final LongAdder answeredInRuns = new LongAdder();

    @Override
    public void waited(long nanos) {
        waited.increment();
    }

    @Override
    public void executed(int requests, int rows, long nanos, boolean succeeded) {
        runs.increment();
        if (succeeded) {
            answeredInRuns.add(requests);
        }
    }

    @Override
    public void refused(Refusal.Reason reason) {
        refused.increment();
    }

    @Override
    public void dropped(Dropped.Reason reason) {
        dropped.increment();
    }

    /** Every request is one of these, once. */
    long accountedFor() {
        return waited.sum() + refused.sum() + dropped.sum();
    }
}
