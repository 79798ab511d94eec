package dev.tern.server.batching;

import java.util.concurrent.Executor;

/** A queue's place among those that share the runners. Any thread may call. */
@FunctionalInterface
public interface Seat extends Executor, AutoCloseable {
    /** Has a runner take {@code turn} when it is this seat's, never on the calling thread; does not block. */
    @Override
    void execute(Runnable turn);

    /**
     * Has a runner take {@code turn}, which is short and runs no instance: it needs nothing of what this seat's turns
     * need, and its time is not this seat's.
     */
    default void executeAside(Runnable turn) {
        execute(turn);
    }

    /**
     * Puts another runner in the place of {@code stuck}, which is in a turn of this seat and takes no other one: it ends
     * with that turn. What the turn held of shared resources is free at once.
     *
     * @return false if too many are stuck already, or this seat has no runners of which to replace one
     */
    default boolean replaceRunner(Thread stuck) {
        return false;
    }

    /** The seat needs nothing more for its turns, which go on to be taken. */
    @Override
    default void close() {}
}
