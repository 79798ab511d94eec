package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;

/** Told of what a monitor does and finds. Any thread for {@link #dropped} and
 * {@link #failed}, the monitor's for the rest; must not block. */
public interface DriftObserver {
    /** What a window changed. */
    enum Change {
        /** It drifts as before, or does not. */
        NONE,
        BEGAN,
        ENDED
    }

    /** Of so many requests a row was looked at. */
    void rows(int count);

    /** A request was not looked at, as too many wait to be or it could not be read. */
    void dropped();

    /** Something failed that is not expected to; told of the first only, from any thread. The monitor goes on. */
    void failed(Throwable cause);

    /** A window of the feature of this number was compared. */
    void compared(int feature, DriftState.Feature state, Change change);

    /** The reference is taken anew: nothing is known of any feature. */
    void takenAnew();
}
