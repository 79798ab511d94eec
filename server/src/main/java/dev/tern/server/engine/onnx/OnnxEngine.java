package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tern.server.engine.Engine;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model in one ONNX Runtime session, shared by all instances: ONNX Runtime allows concurrent runs of a session, so
 * the weights are held once.
 *
 * <p>The session is closed by whoever lets go last. Closing it during a run would crash the process.
 */
public final class OnnxEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxEngine.class);

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Signature signature;
    private final Map<String, Tensor> defaults;
    private final List<Port> inputs;
    private final List<Port> outputs;
    private final AtomicInteger users = new AtomicInteger(1);

    /** Takes over {@code session}, which was opened from {@code model}. */
    OnnxEngine(OrtEnvironment environment, OrtSession session, OnnxModel model) {
        this.environment = environment;
        this.session = session;
        this.signature = model.signature();
        this.defaults = model.defaults();
        this.inputs = Port.inputs(model);
        this.outputs = Port.outputs(model);
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Instance newInstance() {
        if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw new IllegalStateException("the engine is closed");
        }
        return new OnnxInstance(this);
    }

    @Override
    public void close() {
        letGo();
    }

    void instanceClosed() {
        letGo();
    }

    OrtEnvironment environment() {
        return environment;
    }

    OrtSession session() {
        return session;
    }

    /** What a run brings for inputs that a request has left out, by name. */
    Map<String, Tensor> defaults() {
        return defaults;
    }

    List<Port> inputs() {
        return inputs;
    }

    List<Port> outputs() {
        return outputs;
    }

    private void letGo() {
        if (users.decrementAndGet() == 0) {
            try {
                session.close();
            } catch (OrtException e) {
                LOG.warn("A session could not be closed; its memory stays in use", e);
            }
        }
    }
}
