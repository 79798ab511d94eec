package dev.tern.server.engine;

import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;

/** A loaded model. Its weights are shared by all its instances; any thread may use it. */
public interface Engine extends AutoCloseable {
    /** The model's inputs and outputs, batch dimension included. */
    Signature signature();

    /** One more instance, with buffers of its own. Instances of one engine may run at the same time. */
    default Instance newInstance() {
        return newInstance(signature().outputs().stream().map(TensorSpec::name).toList());
    }

    /** As {@link #newInstance(List, Joining, PaddingObserver)}, for items that agree in all but their rows. */
    default Instance newInstance(List<String> outputs) {
        return newInstance(outputs, Joining.EXACT, PaddingObserver.NONE);
    }

    /**
     * As {@link #newInstance()}, for a part of the model's outputs.
     *
     * @param outputs what the instance gives to items that ask for all, in this order; the others are not looked at
     * @param joining how items that differ are joined
     * @param observer is told what the joining costs
     */
    Instance newInstance(List<String> outputs, Joining joining, PaddingObserver observer);

    /** Frees the model when its last instance is closed; no run is ever cut short. */
    @Override
    void close();
}
