package dev.tern.server.engine;

import dev.tern.server.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs one batch at a time; used by one thread at a time. */
public interface Instance extends AutoCloseable {
    /**
     * Runs {@code batch} as one execution: with several items, inputs are joined along their first dimension and
     * outputs are cut apart along theirs.
     *
     * <p>Items run together must agree on which inputs they bring, and on every dimension but the first and those that
     * the instance's {@link Joining} lets differ.
     *
     * @return for each item, in order, the outputs it asked for, in the order asked (the instance's order for all);
     *     each tensor owns one reference to its payload
     * @throws UnreadableInputException if an item's input cannot be read any more, which says whose; the instance stays usable
     * @throws EngineException if the model fails or an output cannot be cut into the items' rows; the instance
     *     stays usable. It is a {@link RunTerminatedException} after {@link #terminate}
     */
    List<List<Tensor>> run(List<BatchItem> batch) throws EngineException;

    /** As {@link #run(List)}, telling {@code phases} how far it has come; an instance that cannot tell says nothing. */
    default List<List<Tensor>> run(List<BatchItem> batch, RunPhases phases) throws EngineException {
        return run(batch);
    }

    /**
     * Ends the run under way as soon as the model can stop, and each one that is begun until {@link #rearm}. Any thread,
     * does not wait; the instance stays usable. Does nothing where runs cannot be stopped.
     */
    default void terminate() {}

    /** Allows runs again after {@link #terminate}. Between runs. */
    default void rearm() {}

    /** One more instance like this, with buffers of its own; null if there can be none. Any thread, while this is open. */
    default @Nullable Instance another() {
        return null;
    }

    @Override
    void close();
}
