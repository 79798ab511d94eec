package dev.tern.server.traffic;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How many copies of one model's requests there may be at once. Any thread. */
final class Room {
    static final int MOST = 64;
    static final long MOST_BYTES = 64L << 20;

    private final AtomicInteger copies = new AtomicInteger();
    private final AtomicLong held = new AtomicLong();

    /** Whether there is room for one more that holds {@code bytes}, which it then takes. */
    boolean take(long bytes) {
        int count = copies.incrementAndGet();
        long size = held.addAndGet(bytes);
        boolean fits = count <= MOST && size <= MOST_BYTES;
        if (!fits) {
            give(bytes);
        }
        return fits;
    }

    /** Whether a copy that has its room may hold {@code bytes} more, which it then does. */
    boolean takeMore(long bytes) {
        boolean fits = held.addAndGet(bytes) <= MOST_BYTES;
        if (!fits) {
            held.addAndGet(-bytes);
        }
        return fits;
    }

    boolean isEmpty() {
        return copies.get() == 0;
    }

    /** A copy is over that held {@code bytes}. */
    void give(long bytes) {
        held.addAndGet(-bytes);
        copies.decrementAndGet();
    }
}
