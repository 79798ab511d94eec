package dev.tern.bench.simulator;

import dev.tern.server.batching.policy.ExecutionTimes;
import dev.tern.server.batching.policy.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What servers commonly do under overload, to compare with: one queue, a free instance takes all that waits up to the
 * max batch size, and a {@link Shedding} decides who is not served. One group, one level.
 */
final class PlainQueue implements SimulatedQueue {
    private final int maxBatchSize;
    private final Shedding shedding;
    private final ExecutionTimes times;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private List<Request> dropped = new ArrayList<>();

    PlainQueue(Scenario scenario, Shedding shedding) {
        this.maxBatchSize = scenario.maxBatchSize();
        this.shedding = shedding;
        this.times = new ExecutionTimes(Math.max(1, scenario.maxUnits()));
    }

    @Override
    public boolean enter(Request request, long nowNanos) {
        if (!shedding.admits(waiting.size())) {
            return false;
        }
        waiting.addLast(request);
        return true;
    }

    @Override
    public List<Request> choose(long nowNanos) {
        List<Request> batch = new ArrayList<>();
        int rows = 0;
        while (!waiting.isEmpty()) {
            Request next = shedding.newestFirst() ? waiting.peekLast() : waiting.peekFirst();
            if (!batch.isEmpty() && rows + next.rows() > maxBatchSize) {
                break;
            }
            boolean unused = shedding.newestFirst() ? waiting.pollLast() == next : waiting.pollFirst() == next;
            if (shedding.sheds(next, nowNanos, waiting.isEmpty(), times)) {
                dropped.add(next);
            } else {
                batch.add(next);
                rows += next.rows();
            }
        }
        return batch;
    }

    @Override
    public long lookAgainNanos() {
        return Waiting.NO_DEADLINE;
    }

    @Override
    public void ran(List<Request> batch, long units, long nanos, long nowNanos) {
        times.observe(units, nanos);
    }

    @Override
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    @Override
    public List<Request> takeDropped() {
        if (dropped.isEmpty()) {
            return List.of();
        }
        List<Request> taken = dropped;
        dropped = new ArrayList<>();
        return taken;
    }
}
