package dev.tern.server.batching;

import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import java.util.List;
import java.util.concurrent.Executor;

/** The stage that queues requests, batches them and has them run: the last one of a version's pipeline. */
public final class Batching implements Predictor, AutoCloseable {
    private final BatchQueue queue;
    private final Grouping grouping;
    private final Clock clock;
    private final boolean rowsFirst;

    /** Of a model of which nothing is known: {@link Grouping#exact}. */
    public Batching(
            BatchSettings settings, List<Instance> instances, Executor runners, Clock clock, BatchObserver observer) {
        this(settings, Grouping.exact(), instances, runners, clock, observer);
    }

    /**
     * @param grouping which requests may share a run
     * @param instances what may run at the same time; owned by this stage from here on
     * @param runners runs turns in the order given, never on the thread that gives them: {@link Runners}
     */
    public Batching(
            BatchSettings settings,
            Grouping grouping,
            List<Instance> instances,
            Executor runners,
            Clock clock,
            BatchObserver observer) {
        this.grouping = grouping;
        this.queue = new BatchQueue(settings, instances, runners, clock, observer);
        this.clock = clock;
        this.rowsFirst = settings.maxBatchSize() > 0;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        Entry entry = new Entry(request, reply, rows(request), grouping.key(request), clock.nanoTime(), queue::refused);
        Call call = request.call();
        queue.offer(entry);
        // A call that goes at its deadline is late rather than cancelled.
        call.onDone(() -> entry.refuse(clock.nanoTime()));
    }

    /** Requests that wait, for gauges and leak checks. */
    public int queued() {
        return queue.queued();
    }

    /**
     * Closes the instances, those that run as soon as their run ends. Requests that still wait, or come later, are
     * answered that nothing serves them: whoever wants them answered waits until none is left.
     */
    @Override
    public void close() {
        queue.close();
    }

    private int rows(InferenceRequest request) {
        return rowsFirst && !request.inputs().isEmpty()
                ? (int) request.inputs().get(0).shape().dim(0)
                : 1;
    }
}
