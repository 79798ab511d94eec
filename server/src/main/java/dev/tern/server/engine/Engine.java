package dev.tern.server.engine;

import dev.tern.server.tensor.Signature;

/** A loaded model. Its weights are shared by all its instances; any thread may use it. */
public interface Engine extends AutoCloseable {
    /** The model's inputs and outputs, batch dimension included. */
    Signature signature();

    /** One more instance, with buffers of its own. Instances of one engine may run at the same time. */
    Instance newInstance();

    /** Frees the model when its last instance is closed; no run is ever cut short. */
    @Override
    void close();
}
