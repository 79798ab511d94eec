package dev.tern.server.splitting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.BatchObserver;
import dev.tern.server.batching.Batching;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.Groupings;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Split requests on a real queue: what runs, what no longer does, and what the caller gets. */
class SplitRunsTest {
    private static final long BAD = 666;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final FakeClock clock = new FakeClock();
    private final ManualExecutor line = new ManualExecutor();

    /** What happens during the next runs, one after another. */
    private final Queue<Runnable> meanwhile = new ArrayDeque<>();

    private final FakeInstance instance = new FakeInstance(this::run);
    private final Batching batching = new Batching(
            SchedulerSettings.window(4, List.of(4), 1000),
            Groupings.exact(1, "x"),
            List.of(instance),
            line::execute,
            clock,
            Failure.Kind.RESOURCE_EXHAUSTED,
            new Unobserved());
    private final Splitting splitting = new Splitting(4, batching);

    @Test
    void fullPartsRunAtOnceAndTheRestIsJoinedByOthers() {
        RecordingReply large = send(FakeCall.patient(), 1, 2, 3, 4, 5, 6, 7, 8, 9);
        line.runAll();
        assertThat(runs()).containsExactly(List.of(1L, 2L, 3L, 4L), List.of(5L, 6L, 7L, 8L));
        RecordingReply small = send(FakeCall.patient(), 10, 11, 12);
        line.runAll();
        assertThat(runs()).last().isEqualTo(List.of(9L, 10L, 11L, 12L));
        assertThat(answer(large)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(answer(small)).containsExactly(10, 11, 12);
    }

    @Test
    void aCallerWhoGoesMidWayTakesTheQueuedPartsAlong() {
        FakeCall caller = FakeCall.patient();
        RecordingReply reply = send(caller, longs(20));
        meanwhile.add(() -> {
            assertThat(batching.queued()).isEqualTo(4);
            caller.cancel();
            assertThat(batching.queued()).isZero();
            assertThat(reply.early()).isNotNull();
            assertThat(reply.isAnswered()).as("its model is in use").isFalse();
        });
        line.runAll();
        assertThat(reply.failure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(runs()).hasSize(1);
        assertThat(reply.answers()).isOne();
    }

    @Test
    void aDeadlineMidWayTakesTheQueuedPartsAlong() {
        RecordingReply reply = send(FakeCall.until(clock.nanoTime() + 500), longs(20));
        meanwhile.add(() -> {
            clock.advance(500);
            assertThat(batching.queued()).isZero();
            assertThat(reply.early()).isNotNull();
            assertThat(reply.isAnswered()).as("its model is in use").isFalse();
        });
        line.runAll();
        assertThat(reply.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(runs()).hasSize(1);
        assertThat(reply.answers()).isOne();
    }

    @Test
    void oneBadPartFailsTheRequestAndSavesTheRunsOfTheRest() {
        RecordingReply reply = send(FakeCall.patient(), 1, 2, 3, 4, 5, BAD, 7, 8, 9, 10, 11, 12, 13);
        line.runAll();
        assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
        assertThat(reply.failure().message()).isEqualTo("666 is bad");
        assertThat(runs()).hasSize(2);
        assertThat(batching.queued()).isZero();
    }

    @Test
    void aBadRequestDoesNotHarmThePartThatSharesItsRun() {
        RecordingReply large = send(FakeCall.patient(), 1, 2, 3, 4, 5);
        RecordingReply bad = send(FakeCall.patient(), BAD, BAD, BAD);
        line.runAll();
        assertThat(bad.failure().message()).isEqualTo("666 is bad");
        assertThat(answer(large)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aQueueThatClosesFailsTheWhole() {
        RecordingReply reply = send(FakeCall.patient(), longs(20));
        meanwhile.add(batching::close);
        line.runAll();
        assertThat(reply.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(runs()).hasSize(1);
    }

    /** Any mix of sizes, cancellations, deadlines and bad rows: each is answered once, and rightly where it is. */
    @Test
    void everyRequestIsAnsweredOnceWithItsOwnRows() {
        for (int seed = 0; seed < 300; seed++) {
            new Mix(seed).check();
        }
    }

    private final class Mix {
        private final int seed;
        private final Random random;
        private final List<long[]> sent = new ArrayList<>();
        private final List<FakeCall> calls = new ArrayList<>();
        private final List<RecordingReply> replies = new ArrayList<>();

        Mix(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void check() {
            for (int i = 0; i < 12; i++) {
                sendOne(1000L * i);
                step();
            }
            for (int i = 0; i < 100; i++) {
                clock.advance(1000);
                line.runAll();
            }
            assertThat(batching.queued()).as("seed %d", seed).isZero();
            for (int i = 0; i < replies.size(); i++) {
                assertThat(replies.get(i).answers())
                        .as("seed %d, request %d", seed, i)
                        .isOne();
                verify(i);
            }
        }

        private void sendOne(long from) {
            long[] values = LongStream.range(from, from + random.nextInt(20)).toArray();
            if (values.length > 0 && random.nextInt(6) == 0) {
                values[random.nextInt(values.length)] = BAD;
            }
            FakeCall call = random.nextInt(4) == 0
                    ? FakeCall.until(clock.nanoTime() + random.nextInt(2000))
                    : FakeCall.patient();
            sent.add(values);
            calls.add(call);
            replies.add(send(call, values));
        }

        private void step() {
            switch (random.nextInt(4)) {
                case 0 -> calls.get(random.nextInt(calls.size())).cancel();
                case 1 -> clock.advance(random.nextInt(800));
                case 2 -> line.runOne();
                default -> line.runAll();
            }
        }

        private void verify(int i) {
            boolean bad = LongStream.of(sent.get(i)).anyMatch(value -> value == BAD);
            boolean may = calls.get(i).isDone() || calls.get(i).deadlineNanos() != Call.NO_DEADLINE;
            if (bad || (may && replies.get(i).failed())) {
                assertThat(replies.get(i).failure().kind())
                        .as("seed %d, request %d", seed, i)
                        .isIn(Kind.INTERNAL, Kind.CANCELLED, Kind.DEADLINE_EXCEEDED);
            } else {
                assertThat(answer(replies.get(i)))
                        .as("seed %d, request %d", seed, i)
                        .isEqualTo(sent.get(i));
            }
        }
    }

    private List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
        Runnable next = meanwhile.poll();
        if (next != null) {
            next.run();
        }
        for (BatchItem item : batch) {
            for (long value : Tensors.longs(item.inputs().get(0))) {
                if (value == BAD) {
                    throw new EngineException(BAD + " is bad");
                }
            }
        }
        return FakeInstance.answerInputs(batch);
    }

    private RecordingReply send(Call call, long... values) {
        RecordingReply reply = new RecordingReply();
        splitting.predict(Parts.request(call, Tensors.longs("x", Shape.of(values.length), values)), reply);
        return reply;
    }

    private static long[] longs(int count) {
        return LongStream.range(0, count).toArray();
    }

    private static long[] answer(RecordingReply reply) {
        return Tensors.longs(reply.outputs().get(0));
    }

    /** The values of each run, its items' after each other. */
    private List<List<Long>> runs() {
        List<List<Long>> all = new ArrayList<>();
        for (List<BatchItem> run : instance.runs()) {
            all.add(run.stream()
                    .flatMapToLong(
                            item -> LongStream.of(Tensors.longs(item.inputs().get(0))))
                    .boxed()
                    .toList());
        }
        return all;
    }

    private static final class Unobserved implements BatchObserver {
        @Override
        public void waited(long nanos) {}

        @Override
        public void executed(int requests, int rows, long nanos, boolean succeeded) {}
    }
}
