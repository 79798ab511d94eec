package dev.tern.bench.jmh;

import dev.tern.server.batching.Batching;
import dev.tern.server.batching.Grouping;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.Joining;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the scheduler itself costs a request: from {@link Batching#predict} to the answer, with an instance that answers
 * at once and no thread changed on the way. Request and answer exist before; with {@code -prof gc} the bytes are the
 * scheduler's own.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class BatchingCost {
    private static final int BATCH = 32;
    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

    /** Whether the caller has a deadline, an hour away. */
    @Param({"false", "true"})
    private boolean deadline;

    private final Line line = new Line();
    private final CountingReply reply = new CountingReply();
    private final Batching batching = new Batching(
            SchedulerSettings.window(BATCH, List.of(BATCH), 0),
            Grouping.of(
                    List.of(new TensorSpec("features", DataType.FP32, Shape.of(Shape.VARIABLE, 512))),
                    Joining.EXACT,
                    0),
            List.of(new InstantInstance(BATCH)),
            line,
            new PlainClock(),
            Failure.Kind.RESOURCE_EXHAUSTED,
            new Unobserved());
    private InferenceRequest request = request(Call.NO_DEADLINE);
    private long sent;

    /** Makes the request whose deadline is asked for. */
    @Setup
    public void prepare() {
        request = request(deadline ? System.nanoTime() + HOUR_NANOS : Call.NO_DEADLINE);
    }

    private static InferenceRequest request(long deadlineNanos) {
        Tensor features =
                new Tensor("features", DataType.FP32, Shape.of(1, 512), HeapPayload.wrap(new byte[512 * Float.BYTES]));
        return new InferenceRequest("m", "", List.of(features), List.of(), Map.of(), new WaitingCall(deadlineNanos));
    }

    /** One request finds the instance free and runs alone. */
    @Benchmark
    public void alone() {
        batching.predict(request, reply);
        sent++;
        line.serve();
    }

    /** Requests that come while the instance is busy run together; the cost is that of one of them. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void inFullBatches() {
        for (int i = 0; i < BATCH; i++) {
            batching.predict(request, reply);
        }
        sent += BATCH;
        line.serve();
    }

    /** Figures of requests that were lost are worth nothing. */
    @TearDown(Level.Iteration)
    public void check() {
        if (reply.answers() != sent || batching.queued() != 0) {
            throw new IllegalStateException(sent + " requests were sent, " + reply.answers() + " answered");
        }
    }
}
