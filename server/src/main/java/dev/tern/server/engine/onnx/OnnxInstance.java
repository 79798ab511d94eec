package dev.tern.server.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtUtil;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.PaddingObserver;
import dev.tern.server.engine.RunPhases;
import dev.tern.server.engine.RunTerminatedException;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Runs batches on the engine's session, with input and output buffers of its own. */
final class OnnxInstance implements Instance {
    private final OnnxEngine engine;
    private final List<Port> outputs;
    private final Joining joining;
    private final PaddingObserver observer;
    private final Feed feed;
    private final @Nullable OutputParts parts;
    private final PinnedOutputs pinned;
    private final RunSwitch runSwitch = new RunSwitch();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param outputs what items that ask for all get */
    OnnxInstance(OnnxEngine engine, List<Port> outputs, Joining joining, PaddingObserver observer) {
        this.engine = engine;
        this.outputs = outputs;
        this.joining = joining;
        this.observer = observer;
        Gather gather = new Gather(engine.environment(), engine.inputs());
        this.feed = joining.isExact() ? gather : new JoiningGather(joining, engine.inputs(), gather, observer);
        this.parts = joining.isExact() ? null : new OutputParts(joining);
        this.pinned = new PinnedOutputs(engine.environment(), engine.inputs(), outputs, joining);
    }

    @Override
    public List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
        return run(batch, RunPhases.UNOBSERVED);
    }

    @Override
    public List<List<Tensor>> run(List<BatchItem> batch, RunPhases phases) throws EngineException {
        int rows = 0;
        for (int i = 0; i < batch.size(); i++) {
            rows = Math.addExact(rows, batch.get(i).rows());
        }
        Scatter scatter = new Scatter(batch, rows);
        try {
            Map<String, OnnxTensor> inputs = feed.fill(complete(batch), rows);
            phases.gathered();
            run(inputs, rows, scatter, phases);
            return scatter.answers();
        } catch (OrtException e) {
            scatter.release();
            throw runSwitch.isTerminated() ? new RunTerminatedException(e) : OrtErrors.running(e);
        } catch (OutOfMemoryError e) {
            // A batch too large for the memory must not fail the requests in it that would have fitted.
            scatter.release();
            throw new EngineException("there is not enough memory to run " + rows + " rows together", e);
        } catch (EngineException | RuntimeException | Error e) {
            scatter.release();
            throw e;
        } finally {
            feed.release();
            pinned.trim();
        }
    }

    /** The batch with the model's own defaults for inputs that were left out. */
    private List<BatchItem> complete(List<BatchItem> batch) {
        if (engine.defaults().isEmpty()) {
            return batch;
        }
        List<BatchItem> completed = new ArrayList<>(batch.size());
        for (BatchItem item : batch) {
            completed.add(new BatchItem(item.rows(), complete(item), item.outputs()));
        }
        return completed;
    }

    private List<Tensor> complete(BatchItem item) {
        List<Tensor> inputs = new ArrayList<>();
        for (Port port : engine.inputs()) {
            String name = port.spec().name();
            item.inputs().stream()
                    .filter(tensor -> tensor.name().equals(name))
                    .findFirst()
                    .or(() -> Optional.ofNullable(engine.defaults().get(name)))
                    .ifPresent(inputs::add);
        }
        return inputs;
    }

    private void run(Map<String, OnnxTensor> inputs, int rows, Scatter scatter, RunPhases phases)
            throws EngineException, OrtException {
        boolean pinsFailed = false;
        if (pinned.usable()) {
            try {
                engine.session()
                        .run(inputs, Set.of(), pinned.tensors(rows), runSwitch.options())
                        .close();
                phases.computed();
                pinned.scatter(rows, scatter);
                return;
            } catch (OrtException e) {
                if (runSwitch.isTerminated()) {
                    throw e;
                }
                // Either the model fails on these inputs, or an output's shape follows its data after all.
                pinsFailed = true;
            }
        }
        try (OrtSession.Result result = engine.session().run(inputs, wanted(scatter), runSwitch.options())) {
            phases.computed();
            if (pinsFailed) {
                pinned.distrust();
            }
            scatter(result, rows, scatter);
        }
    }

    private void scatter(OrtSession.Result result, int rows, Scatter scatter) throws EngineException, OrtException {
        for (int i = 0; i < outputs.size(); i++) {
            Port port = outputs.get(i);
            if (!scatter.isWanted(port.spec())) {
                continue;
            }
            OnnxValue value = result.get(port.sessionName()).orElseThrow();
            if (!(value instanceof OnnxTensor tensor)) {
                throw new EngineException("output '" + port.spec().name() + "' is not a dense tensor");
            }
            Shape shape = Shape.of(tensor.getInfo().getShape());
            pinned.observe(i, rows, shape);
            scatter(port, tensor, shape, scatter);
        }
    }

    private void scatter(Port port, OnnxTensor tensor, Shape shape, Scatter scatter)
            throws EngineException, OrtException {
        List<Shape> own = parts == null ? null : parts.of(port.spec(), shape, scatter.batch());
        if (!port.spec().type().hasFixedSize()) {
            String[] texts = strings(tensor, shape);
            if (own == null) {
                scatter.add(port.spec(), shape, texts);
            } else {
                OutputParts.moveTogether(texts, 1, shape, own);
                scatter.addParts(port.spec(), own, texts);
            }
            return;
        }
        // The binding hands out a copy on the heap: it becomes the slab as it is.
        byte[] bytes = tensor.getByteBuffer().array();
        if (own != null) {
            OutputParts.moveTogether(bytes, port.spec().type().elementSize(), shape, own);
        }
        Slab slab = Slab.wrap(bytes);
        try {
            if (own == null) {
                scatter.add(port.spec(), shape, slab, 0);
            } else {
                scatter.addParts(port.spec(), own, slab);
            }
        } finally {
            slab.release();
        }
    }

    private static String[] strings(OnnxTensor tensor, Shape shape) throws OrtException {
        if (shape.elements() == 0) {
            return new String[0];
        }
        Object value = tensor.getValue();
        return value instanceof String text ? new String[] {text} : OrtUtil.flattenString(value);
    }

    private Set<String> wanted(Scatter scatter) {
        Set<String> names = new LinkedHashSet<>();
        for (Port port : outputs) {
            if (scatter.isWanted(port.spec())) {
                names.add(port.sessionName());
            }
        }
        return names;
    }

    /** Whether the next run writes its outputs into this instance's own buffers. */
    boolean pinsOutputs() {
        return pinned.usable();
    }

    @Override
    public void terminate() {
        runSwitch.set(true);
    }

    @Override
    public void rearm() {
        runSwitch.set(false);
    }

    @Override
    public Instance another() {
        return engine.newInstance(
                outputs.stream().map(port -> port.spec().name()).toList(), joining, observer);
    }

    /** Safe to call again. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            runSwitch.close();
            feed.close();
            pinned.close();
            engine.instanceClosed();
        }
    }
}
