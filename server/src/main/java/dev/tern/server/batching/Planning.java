package dev.tern.server.batching;

import dev.tern.server.batching.policy.AdaptiveWindow;
import java.util.concurrent.locks.ReentrantLock;

/** Has a queue's adaptive window make its plans: what is costly about it outside the queue's lock, as a runner's turn. */
final class Planning {
    private final AdaptiveWindow window;
    private final ReentrantLock lock;
    private final Seat seat;
    private boolean underWay;

    Planning(AdaptiveWindow window, ReentrantLock lock, Seat seat) {
        this.window = window;
        this.lock = lock;
        this.seat = seat;
    }

    /** Called under the lock. */
    void planIfDue(long nowNanos) {
        if (!underWay && window.due(nowNanos)) {
            underWay = true;
            window.prepare(nowNanos);
            seat.executeAside(this::plan);
        }
    }

    private void plan() {
        try {
            window.evaluate();
        } finally {
            lock.lock();
            try {
                window.adopt();
                underWay = false;
            } finally {
                lock.unlock();
            }
        }
    }
}
