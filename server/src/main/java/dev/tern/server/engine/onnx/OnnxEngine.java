package dev.tern.server.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tern.server.engine.Engine;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.PaddingObserver;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final OnnxSession session;
    private final List<Port> inputs;
    private final List<Port> outputs;
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    private OnnxEngine(OnnxSession session) {
        OpenNatives.sessionOpened();
        this.session = session;
        this.inputs = Port.inputs(session);
        this.outputs = Port.outputs(session);
    }

    /**
     * Opens {@code model}. One that has never been opened here may crash the process: see {@link TrialLoad}.
     *
     * @throws EngineException if ONNX Runtime refuses the model; the message is for an operator to read
     */
    public static OnnxEngine open(OnnxModel model, SessionSettings settings) throws EngineException {
        return new OnnxEngine(OnnxSessions.open(model, settings));
    }

    /** What runs models, with its version. */
    public static String runtime() {
        return "onnxruntime " + OnnxSessions.runtimeVersion();
    }

    @Override
    public Signature signature() {
        return session.signature();
    }

    @Override
    public Instance newInstance(List<String> names, Joining joining, PaddingObserver observer) {
        List<Port> chosen = names.stream().map(this::output).toList();
        if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw new IllegalStateException("the engine is closed");
        }
        return new OnnxInstance(this, chosen, joining, observer);
    }

    private Port output(String name) {
        return outputs.stream()
                .filter(port -> port.spec().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the model has no output '" + name + "'"));
    }

    /** Safe to call again: a session closed once too often is one closed during a run. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            letGo();
        }
    }

    void instanceClosed() {
        letGo();
    }

    OrtEnvironment environment() {
        return OnnxSessions.environment();
    }

    OrtSession session() {
        return session.ort();
    }

    /** What a run brings for inputs that a request has left out, by name. */
    Map<String, Tensor> defaults() {
        return session.model().defaults();
    }

    List<Port> inputs() {
        return inputs;
    }

    private void letGo() {
        if (users.decrementAndGet() == 0) {
            try {
                session.close();
                OpenNatives.closed();
            } catch (OrtException e) {
                LOG.warn("A session could not be closed; its memory stays in use", e);
            }
        }
    }
}
