package dev.tern.server.rpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of the network's memory requests may keep while they wait. A request is charged for the receive buffers it may
 * hold, not for its own bytes only: without a bound, a long queue of small requests could hold many times its size.
 */
final class KeepBudget {
    /** The largest buffer that Netty receives into. */
    private static final int RECEIVE_BUFFER_BYTES = 64 << 10;

    /** What one frame of HTTP/2 has room for by default: full ones fill receive buffers, the others share theirs. */
    static final int FRAME_BYTES = 16 << 10;

    private final AtomicLong left;

    /** @param bytes of memory that may be kept at a time */
    KeepBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** What keeping a message of {@code bytes} in so many pieces may cost. */
    static long charge(int bytes, int pieces) {
        int partial = Math.max(1, pieces - bytes / FRAME_BYTES);
        return bytes + (long) partial * RECEIVE_BUFFER_BYTES;
    }

    /** Takes {@code charge}; false, with nothing taken, if there is not so much left. */
    boolean take(long charge) {
        if (left.addAndGet(-charge) >= 0) {
            return true;
        }
        left.addAndGet(charge);
        return false;
    }

    void giveBack(long charge) {
        left.addAndGet(charge);
    }

    /** What may be taken. */
    long left() {
        return left.get();
    }
}
