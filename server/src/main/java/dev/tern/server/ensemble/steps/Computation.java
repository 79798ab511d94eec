package dev.tern.server.ensemble.steps;

import dev.tern.server.tensor.Tensor;
import java.util.List;

/** What a model of Tern's own does to the inputs of one request. Keeps no state; any thread. */
public interface Computation {
    /**
     * The outputs, in the order of the configuration.
     *
     * @param inputs in the order of the configuration, as that wants them
     * @throws UnfitException if they do not fit each other
     */
    List<Tensor> of(List<Tensor> inputs) throws UnfitException;
}
