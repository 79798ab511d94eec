package dev.tern.server.batching;

import dev.tern.server.engine.Instance;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The way of one instance group from its queue to the runners. */
final class Lane {
    private final Seat seat;
    private final ArrayDeque<Instance> free;
    private final AtomicBoolean inLine = new AtomicBoolean();
    private final Runnable turn;

    Lane(InstanceGroup group, Consumer<Lane> onTurn) {
        this.seat = group.seat();
        this.free = new ArrayDeque<>(group.instances());
        this.turn = () -> {
            inLine.set(false);
            onTurn.accept(this);
        };
    }

    Seat seat() {
        return seat;
    }

    /** The instances that do not run; guarded by the queue's lock. */
    ArrayDeque<Instance> free() {
        return free;
    }

    /** Sees to it that a runner takes a turn after what the caller has just done. Any thread. */
    void signal() {
        if (inLine.compareAndSet(false, true)) {
            seat.execute(turn);
        }
    }
}
