package dev.tern.server.testing;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.RunTerminatedException;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A model without a runtime: by default it answers each item with its own inputs, copied into one slab per run, as the
 * real instance does. Remembers its runs; refuses to be run twice at a time or after it was closed.
 */
public final class FakeInstance implements Instance {
    private final Model model;
    private final List<List<BatchItem>> runs = new ArrayList<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final List<FakeInstance> successors = new ArrayList<>();
    private volatile boolean terminated;
    private volatile boolean closed;

    /** What is run; may throw, call back into the test or wait for it. */
    public interface Model {
        List<List<Tensor>> run(List<BatchItem> batch) throws EngineException;
    }

    public FakeInstance(Model model) {
        this.model = model;
    }

    /** Answers each item with its inputs. */
    public static FakeInstance echo() {
        return new FakeInstance(FakeInstance::answerInputs);
    }

    /** The default model: each item's inputs as its outputs, of the same names. */
    public static List<List<Tensor>> answerInputs(List<BatchItem> batch) {
        Slab slab = Slab.wrap(join(batch));
        List<List<Tensor>> answers = new ArrayList<>();
        int from = 0;
        for (BatchItem item : batch) {
            List<Tensor> outputs = new ArrayList<>();
            for (Tensor input : item.inputs()) {
                int length = (int) input.data().size();
                outputs.add(new Tensor(input.name(), input.type(), input.shape(), slab.slice(from, length)));
                from += length;
            }
            answers.add(outputs);
        }
        slab.release();
        return answers;
    }

    private static byte[] join(List<BatchItem> batch) {
        int size = 0;
        for (BatchItem item : batch) {
            for (Tensor input : item.inputs()) {
                size += (int) input.data().size();
            }
        }
        ByteBuffer joined = ByteBuffer.allocate(size);
        for (BatchItem item : batch) {
            for (Tensor input : item.inputs()) {
                input.data()
                        .copyTo(
                                0,
                                joined.limit(
                                        joined.position() + (int) input.data().size()));
            }
        }
        return joined.array();
    }

    @Override
    public List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
        if (closed || !busy.compareAndSet(false, true)) {
            throw new AssertionError("instance run " + (closed ? "after it was closed" : "twice at the same time"));
        }
        try {
            synchronized (runs) {
                runs.add(List.copyOf(batch));
            }
            List<List<Tensor>> answers = model.run(batch);
            if (terminated) {
                answers.forEach(each -> each.forEach(tensor -> tensor.data().release()));
                throw new RunTerminatedException(new InterruptedException("expected by this test"));
            }
            return answers;
        } finally {
            busy.set(false);
        }
    }

    /** The runs so far, each with its items, in order. */
    public List<List<BatchItem>> runs() {
        synchronized (runs) {
            return List.copyOf(runs);
        }
    }

    /** Requests per run, in order. */
    public List<Integer> runSizes() {
        return runs().stream().map(List::size).toList();
    }

    /** Fails the run under way when the model has done its part. */
    @Override
    public void terminate() {
        if (closed) {
            throw new AssertionError("instance terminated after it was closed");
        }
        terminated = true;
    }

    @Override
    public void rearm() {
        if (closed || busy.get()) {
            throw new AssertionError("instance rearmed " + (closed ? "after it was closed" : "during a run"));
        }
        terminated = false;
    }

    public boolean isTerminated() {
        return terminated;
    }

    @Override
    public Instance another() {
        if (closed) {
            throw new AssertionError("instance asked for another after it was closed");
        }
        FakeInstance successor = new FakeInstance(model);
        synchronized (successors) {
            successors.add(successor);
        }
        return successor;
    }

    /** What {@link #another} made, in order. */
    public List<FakeInstance> successors() {
        synchronized (successors) {
            return List.copyOf(successors);
        }
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed || busy.get()) {
            throw new AssertionError("instance closed " + (closed ? "twice" : "during a run"));
        }
        closed = true;
    }
}
