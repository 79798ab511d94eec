package dev.tern.server.traffic;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is known of one model's copies. Any thread. */
final class ModelShadow {
    private final String model;
    private final ShadowObserver.Opening observers;
    private final Room room = new Room();
    private final LongAdder unserved = new LongAdder();

    /** Of the version that gets the copies now; replaced under this object's lock. */
    private volatile @Nullable ShadowCounts counts;

    ModelShadow(String model, ShadowObserver.Opening observers) {
        this.model = model;
        this.observers = observers;
    }

    Room room() {
        return room;
    }

    /** A request was not copied, as the candidate is not served. */
    void unserved() {
        unserved.increment();
    }

    /** The counts of {@code candidate}, begun anew if the copies went to another version before. */
    ShadowCounts counts(long candidate) {
        ShadowCounts now = counts;
        return now != null && now.candidate() == candidate ? now : opened(candidate);
    }

    private synchronized ShadowCounts opened(long candidate) {
        ShadowCounts before = counts;
        if (before != null && before.candidate() == candidate) {
            return before;
        }
        if (before != null) {
            before.close();
        }
        ShadowCounts opened = new ShadowCounts(candidate, observers.open(model, candidate));
        counts = opened;
        return opened;
    }

    ShadowState state() {
        ShadowCounts now = counts;
        return now == null
                ? ShadowState.NONE.withUnserved(unserved.sum())
                : now.state().withUnserved(unserved.sum());
    }

    synchronized void close() {
        ShadowCounts now = counts;
        if (now != null) {
            now.close();
        }
    }
}
