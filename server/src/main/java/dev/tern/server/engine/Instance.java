package dev.tern.server.engine;

import dev.tern.server.tensor.Tensor;
import java.util.List;

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
     * @throws EngineException if the model fails or an output cannot be cut into the items' rows; the instance
     *     stays usable
     */
    List<List<Tensor>> run(List<BatchItem> batch) throws EngineException;

    @Override
    void close();
}
