package dev.tern.server.batching;

import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import java.util.List;

/** The stage that queues requests, batches them and has them run: the last one of a version's pipeline. */
public final class Batching implements Predictor, AutoCloseable {
    private final BatchQueue queue;
    private final Clock clock;
    private final boolean rowsFirst;

    /**
     * @param instances what may run at the same time; owned by this stage from here on
     * @param seat where this stage gets its turns from: {@link Runners}; owned by it, too
     */
    public Batching(BatchSettings settings, List<Instance> instances, Seat seat, Clock clock, BatchObserver observer) {
        this(settings, List.of(new InstanceGroup(instances, seat)), clock, observer);
    }

    /** @param groups at least one; all take from the one queue */
    public Batching(BatchSettings settings, List<InstanceGroup> groups, Clock clock, BatchObserver observer) {
        this.queue = new BatchQueue(settings, groups, clock, observer);
        this.clock = clock;
        this.rowsFirst = settings.maxBatchSize() > 0;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        Entry entry = new Entry(request, reply, rows(request), clock.nanoTime(), queue::refused);
        Call call = request.call();
        queue.offer(entry);
        // A call that goes at its deadline is late rather than cancelled.
        call.onDone(() -> entry.callerGone(clock.nanoTime()));
    }

    /**
     * Tells the runs under way to end, whoever waits for them: those callers are answered that the run was ended. For a
     * server that has no more time. Any thread; does not wait.
     */
    public void terminateRuns() {
        queue.terminateRuns();
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
