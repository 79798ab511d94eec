package dev.tern.server.batching;

import static dev.tern.server.batching.Rig.dynamic;
import static dev.tern.server.batching.Rig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.RunPhases;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a queue tells of the runs that succeed, for the statistics. */
class ComputedTest {
    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Rig rig = new Rig();
    private final List<Told> told = new ArrayList<>();
    private Runnable meanwhile = () -> {};

    private record Told(int requests, int rows, long queuedNanos, int batchSize, long input, long infer, long output) {}

    private final class Observer implements BatchObserver {
        @Override
        public void waited(long nanos) {}

        @Override
        public void executed(int requests, int rows, long nanos, boolean succeeded) {}

        @Override
        public void computed(int requests, int rows, long queuedNanos, int batchSize, RunTimes times) {
            told.add(new Told(
                    requests,
                    rows,
                    queuedNanos,
                    batchSize,
                    times.inputNanos(),
                    times.inferNanos(),
                    times.outputNanos()));
        }
    }

    private Batching batching(int maxRows, Instance instance) {
        return new Batching(
                dynamic(maxRows, 0),
                Rig.grouping(),
                List.of(instance),
                rig.seat,
                rig.clock,
                Kind.RESOURCE_EXHAUSTED,
                new Observer());
    }

    /** Takes 10 ns to gather, 100 to compute, 5 to scatter; fails where a value is negative. */
    private final class Phased implements Instance {
        @Override
        public List<List<Tensor>> run(List<BatchItem> batch) {
            throw new AssertionError("a queue asks for the phases");
        }

        @Override
        public List<List<Tensor>> run(List<BatchItem> batch, RunPhases phases) throws EngineException {
            rig.clock.skip(10);
            phases.gathered();
            meanwhile.run();
            for (BatchItem item : batch) {
                for (float value : Rig.values(item)) {
                    if (value < 0) {
                        throw new EngineException("a value is negative");
                    }
                }
            }
            rig.clock.skip(100);
            phases.computed();
            rig.clock.skip(5);
            return FakeInstance.answerInputs(batch);
        }

        @Override
        public void close() {}
    }

    @Test
    void requestsOfARunAreToldTogether() {
        Batching batching = batching(8, new Phased());
        send(batching, 1);
        rig.clock.skip(50);
        send(batching, 2, 3);
        rig.clock.skip(30);
        rig.line.runAll();
        assertThat(told).containsExactly(new Told(2, 3, 80 + 30, 3, 10, 100, 5));
        batching.close();
    }

    @Test
    void runsThatFailAreNotToldButTheirHalvesAre() {
        Batching batching = batching(4, new Phased());
        RecordingReply good = send(batching, 1);
        RecordingReply bad = send(batching, -1);
        rig.line.runAll();
        assertThat(good.failed()).isFalse();
        assertThat(bad.failed()).isTrue();
        // It has waited for the run that failed, too.
        assertThat(told).containsExactly(new Told(1, 1, 10, 1, 10, 100, 5));
        batching.close();
    }

    @Test
    void whoLeavesDuringTheRunHasRowsInItAndNoAnswer() {
        Batching batching = batching(4, new Phased());
        FakeCall leaving = FakeCall.patient();
        send(batching, 1);
        RecordingReply left = send(batching, leaving, 2, 3);
        meanwhile = leaving::cancel;
        rig.line.runAll();
        assertThat(left.failure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(told).containsExactly(new Told(1, 1, 0, 3, 10, 100, 5));
        batching.close();
    }

    @Test
    void anInstanceThatTellsNothingComputesAllTheTime() {
        FakeInstance silent = new FakeInstance(batch -> {
            rig.clock.skip(70);
            return FakeInstance.answerInputs(batch);
        });
        Batching batching = batching(4, silent);
        send(batching, 1);
        rig.line.runAll();
        assertThat(told).containsExactly(new Told(1, 1, 0, 1, 0, 70, 0));
        batching.close();
    }
}
