package dev.tern.server.batching;

import dev.tern.server.batching.policy.QueuePolicy;
import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.SchedulingState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stage that queues requests, batches them and has them run: the last one of a version's pipeline. */
public final class Batching implements Predictor, AutoCloseable {
    private static final String PRIORITY = "priority";
    private static final String TIMEOUT = "timeout";

    private final SchedulerSettings settings;
    private final Grouping grouping;
    private final BatchQueue queue;
    private final Clock clock;
    private final Failure.Kind overload;
    private final BatchObserver observer;
    private final @Nullable ReplyOrder order;

    /**
     * @param grouping which requests may share a run
     * @param instances what may run at the same time; owned by this stage from here on
     * @param seat where this stage gets its turns from: {@link Runners}; owned by it, too
     * @param overload what too much work is answered with: RESOURCE_EXHAUSTED or UNAVAILABLE
     */
    public Batching(
            SchedulerSettings settings,
            Grouping grouping,
            List<Instance> instances,
            Seat seat,
            Clock clock,
            Failure.Kind overload,
            BatchObserver observer) {
        this(settings, grouping, List.of(new InstanceGroup(instances, seat)), clock, overload, observer);
    }

    /** @param groups at least one; all take from the one queue, and are owned by this stage from here on */
    public Batching(
            SchedulerSettings settings,
            Grouping grouping,
            List<InstanceGroup> groups,
            Clock clock,
            Failure.Kind overload,
            BatchObserver observer) {
        this.settings = settings.withSummedWork(!grouping.padsToLongest())
                .withMaxPaddedUnits(grouping.joinsLengths() ? settings.maxPaddedUnits() : 0);
        this.grouping = grouping;
        this.queue = new BatchQueue(this.settings, groups, clock, observer);
        this.clock = clock;
        this.overload = overload;
        this.observer = observer;
        this.order = settings.preserveOrdering() ? new ReplyOrder() : null;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        long now = clock.nanoTime();
        int rows = rows(request);
        long unitsPerRow = grouping.unitsPerRow(request.inputs());
        int level = settings.level(number(request, PRIORITY));
        Refusal refusal = queue.admission()
                .enter(level, Math.max(1, rows) * unitsPerRow, request.call().deadlineNanos(), now);
        if (refusal != null) {
            observer.refused(refusal.reason());
            reply.fail(Failures.refused(request, refusal, overload));
            return;
        }
        QueuePolicy policy = settings.policy(level);
        long timeout = policy.timeoutAt(now, TimeUnit.MICROSECONDS.toNanos(number(request, TIMEOUT)));
        ReplyOrder.Place place = order == null ? null : order.behindAll(reply);
        Entry entry = new Entry(
                request,
                place == null ? reply : place,
                rows,
                grouping.key(request),
                unitsPerRow,
                level,
                now,
                timeout,
                queue.admission());
        queue.offer(entry);
        // A call that goes at its deadline is late rather than cancelled.
        request.call().onDone(() -> queue.leave(entry));
        if (place != null) {
            request.call().onDone(place::giveUp);
        }
    }

    /** Tells what a run of {@code items}, which are alike, took before the first request: the queue need not begin without knowing. */
    public void seed(List<BatchItem> items, long nanos) {
        long rows = items.stream().mapToLong(BatchItem::rows).sum();
        queue.seed(Math.max(1, rows) * grouping.unitsPerRow(items.get(0).inputs()), nanos);
    }

    /** Begins with the run times that another queue of the same model has learned; with nothing where it knows none. */
    public void learnFrom(SchedulingState other) {
        other.curve().stream()
                .filter(each -> each.expectedNanos() > 0)
                .forEach(each -> queue.seed(each.units(), each.expectedNanos()));
    }

    /** How requests are scheduled at this moment, for operators. Any thread. */
    public SchedulingState scheduling() {
        return queue.state();
    }

    /** Requests that wait, for gauges and leak checks. */
    public int queued() {
        return queue.admission().queued();
    }

    /** Requests that take up memory: those that wait, and those that have gone and that nobody came across yet. */
    int held() {
        return queue.held();
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
        return settings.maxBatchSize() > 0 && !request.inputs().isEmpty()
                ? (int) request.inputs().get(0).shape().dim(0)
                : 1;
    }

    /** A whole number among the parameters; 0 if there is none. */
    private static long number(InferenceRequest request, String key) {
        return !request.parameters().isEmpty() && request.parameters().get(key) instanceof Long value ? value : 0;
    }
}
