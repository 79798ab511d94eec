package dev.tern.server.traffic;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is known of one model's copies. Any thread. */
final class ModelShadow {
    private final String model;
    private final ShadowObserver.Opening observers;
    private final Room room;
    private final LongAdder unserved = new LongAdder();

    /** Of the version that gets the copies now; replaced under this object's lock. */
    private volatile @Nullable ShadowCounts counts;

    /** Guarded by this object's lock. */
    private boolean closed;

    private ModelShadow(String model, ShadowObserver.Opening observers, Room room) {
        this.model = model;
        this.observers = observers;
        this.room = room;
    }

    ModelShadow(String model, ShadowObserver.Opening observers) {
        this(model, observers, new Room());
    }

    /**
     * Closes this. What takes its place, if copies are under way: they take up its room, and so that of those to come.
     */
    @Nullable
    ModelShadow closedFor() {
        close();
        return room.isEmpty() ? null : new ModelShadow(model, observers, room);
    }

    Room room() {
        return room;
    }

    /** A request was not copied, as the candidate is not served. */
    void unserved() {
        unserved.increment();
        ShadowCounts now = counts;
        if (now != null) {
            now.unserved();
        }
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
        // A request that was answered while this was closed opens no meters, which nobody would close.
        ShadowCounts opened =
                new ShadowCounts(candidate, closed ? Unobserved.COPIES : observers.open(model, candidate));
        counts = opened;
        return opened;
    }

    ShadowState state() {
        ShadowCounts now = counts;
        return now == null
                ? ShadowState.NONE.withUnserved(unserved.sum())
                : now.state().withUnserved(unserved.sum());
    }

    private synchronized void close() {
        closed = true;
        ShadowCounts now = counts;
        if (now != null) {
            now.close();
        }
    }
}
