package dev.tern.server.predict;

import org.jspecify.annotations.Nullable;

/**
 * A place beside an answer that is given several times, for what its receiver makes of it each time: made once, it is
 * found here the next time. Opaque to everybody else. Any thread; what is lost in a race is made again.
 */
public final class Memo {
    private volatile @Nullable Object value;

    /** What was kept last; null if nothing was. */
    public @Nullable Object value() {
        return value;
    }

    /** Keeps {@code made}, which must not change any more. */
    public void keep(Object made) {
        value = made;
    }
}
