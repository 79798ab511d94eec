package dev.tern.server.batching;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.RunTerminatedException;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that is cheap and tells rows apart: each 64-bit value v becomes 3v + 1, and a run with a value below zero
 * fails. It keeps nothing of its runs, and counts those that break the rules.
 */
final class Tripler implements Instance {
    private final int maxRows;
    private final AtomicInteger broken;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean terminated;
    private volatile boolean closed;

    /** @param broken counts runs that are too large, mixed, or at the wrong time */
    Tripler(int maxRows, AtomicInteger broken) {
        this.maxRows = maxRows;
        this.broken = broken;
    }

    static long answerTo(long value) {
        return 3 * value + 1;
    }

    @Override
    public List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
        boolean mine = busy.compareAndSet(false, true);
        try {
            if (!mine || closed || !isRight(batch)) {
                broken.incrementAndGet();
            }
            List<List<Tensor>> answers = answer(batch);
            if (terminated) {
                answers.forEach(each -> each.get(0).data().release());
                throw new RunTerminatedException(new InterruptedException("expected by this test"));
            }
            return answers;
        } finally {
            busy.set(false);
        }
    }

    private boolean isRight(List<BatchItem> batch) {
        int rows = 0;
        boolean alike = true;
        for (BatchItem item : batch) {
            rows += item.rows();
            alike &= input(item).name().equals(input(batch.get(0)).name());
        }
        return alike && rows <= maxRows;
    }

    private static List<List<Tensor>> answer(List<BatchItem> batch) throws EngineException {
        int size = 0;
        for (BatchItem item : batch) {
            size += (int) input(item).data().size();
        }
        byte[] bytes = new byte[size];
        ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (BatchItem item : batch) {
            int from = values.position();
            input(item).data().copyTo(0, values.limit(from + item.rows() * Long.BYTES));
        }
        for (int at = 0; at < size; at += Long.BYTES) {
            if (values.getLong(at) < 0) {
                throw new EngineException("a value below zero");
            }
            values.putLong(at, answerTo(values.getLong(at)));
        }
        return cut(batch, Slab.wrap(bytes));
    }

    private static List<List<Tensor>> cut(List<BatchItem> batch, Slab slab) {
        List<List<Tensor>> answers = new ArrayList<>(batch.size());
        int from = 0;
        for (BatchItem item : batch) {
            Tensor input = input(item);
            int length = (int) input.data().size();
            answers.add(List.of(new Tensor("y", DataType.INT64, input.shape(), slab.slice(from, length))));
            from += length;
        }
        slab.release();
        return answers;
    }

    private static Tensor input(BatchItem item) {
        return item.inputs().get(0);
    }

    @Override
    public void terminate() {
        terminated = true;
    }

    @Override
    public void rearm() {
        terminated = false;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed || busy.get()) {
            broken.incrementAndGet();
        }
        closed = true;
    }
}
