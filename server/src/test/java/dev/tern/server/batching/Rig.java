package dev.tern.server.batching;

import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.Groupings;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A queue on one thread: time moves and turns are taken when the test says so. */
final class Rig {
    final FakeClock clock = new FakeClock();
    final ManualExecutor line = new ManualExecutor();
    final Observed observed = new Observed();
    final ManualSeat seat = new ManualSeat();
    final long start = clock.nanoTime();

    Batching batching(SchedulerSettings settings, Instance... instances) {
        return new Batching(
                settings, grouping(), List.of(instances), seat, clock, Failure.Kind.RESOURCE_EXHAUSTED, observed);
    }

    /** Of requests as tests here send them. */
    static Grouping grouping() {
        return Groupings.exact(2, "x", "y", "z");
    }

    /** Settings with dynamic batching and a delay in nanoseconds. */
    static SchedulerSettings dynamic(int max, long delayNanos, Integer... preferred) {
        return SchedulerSettings.window(max, List.of(preferred), delayNanos);
    }

    /** One row of each value, from a caller who waits for ever. */
    static RecordingReply send(Batching batching, float... values) {
        return send(batching, FakeCall.patient(), values);
    }

    static RecordingReply send(Batching batching, Call call, float... values) {
        RecordingReply reply = new RecordingReply();
        batching.predict(request(call, values), reply);
        return reply;
    }

    static InferenceRequest request(Call call, float... values) {
        return request(call, Tensors.floats("x", Shape.of(values.length, 1), values));
    }

    static InferenceRequest request(Call call, Tensor... inputs) {
        return new InferenceRequest("m", "", List.of(inputs), List.of(), Map.of(), call);
    }

    /** The values of one item's first input. */
    static float[] values(BatchItem item) {
        return Tensors.floats(item.inputs().get(0));
    }

    /** The values of each run, its items' after each other. */
    static List<List<Float>> values(List<List<BatchItem>> runs) {
        List<List<Float>> all = new ArrayList<>();
        for (List<BatchItem> run : runs) {
            List<Float> values = new ArrayList<>();
            for (BatchItem item : run) {
                for (float value : values(item)) {
                    values.add(value);
                }
            }
            all.add(values);
        }
        return all;
    }

    static float[] answer(RecordingReply reply) {
        return Tensors.floats(reply.outputs().get(0));
    }

    /** A reply that keeps nothing and throws. */
    static Reply broken() {
        return new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                response.release();
                throw new IllegalStateException("expected by this test");
            }

            @Override
            public void fail(Failure failure) {
                throw new AssertionError("expected by this test");
            }
        };
    }

    /** Turns go to the {@link ManualExecutor}; runners are replaced while the test allows it. */
    final class ManualSeat implements Seat {
        final List<Thread> replaced = new ArrayList<>();
        int mayReplace = Integer.MAX_VALUE;
        boolean closed;

        @Override
        public void execute(Runnable turn) {
            line.execute(turn);
        }

        @Override
        public boolean replaceRunner(Thread stuck) {
            if (replaced.size() >= mayReplace) {
                return false;
            }
            return replaced.add(stuck);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    static final class Observed implements BatchObserver {
        final List<Long> waits = new ArrayList<>();
        final List<String> executions = new ArrayList<>();
        final List<Enum<?>> left = new ArrayList<>();

        @Override
        public void waited(long nanos) {
            waits.add(nanos);
        }

        @Override
        public void terminated() {
            executions.add("terminated");
        }

        @Override
        public void runnerReplaced() {
            executions.add("runner replaced");
        }

        @Override
        public void executed(int requests, int rows, long nanos, boolean succeeded) {
            executions.add(requests + " requests, " + rows + " rows, " + nanos + " ns");
        }

        @Override
        public void refused(Refusal.Reason reason) {
            left.add(reason);
        }

        @Override
        public void dropped(Dropped.Reason reason) {
            left.add(reason);
        }
    }
}
