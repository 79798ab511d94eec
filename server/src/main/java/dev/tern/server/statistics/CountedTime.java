package dev.tern.server.statistics;

import dev.tern.server.predict.ServingStatistics.Times;
import java.util.concurrent.atomic.LongAdder;

/** How often something happened and how long it took, together. */
final class CountedTime {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long took) {
        count.increment();
        nanos.add(took);
    }

    Times sum() {
        return new Times(count.sum(), nanos.sum());
    }
}
