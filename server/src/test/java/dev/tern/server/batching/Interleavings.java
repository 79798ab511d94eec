package dev.tern.server.batching;

import static dev.tern.server.testing.Race.require;
import static dev.tern.server.testing.Race.together;

import dev.tern.server.batching.policy.Admission;
import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.ExecutionTimes;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.batching.policy.Waiting;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.CountingReply;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.StillClock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * What threads hand to each other, under interleavings that a model checker chooses: switches between any two accesses to
 * shared memory, and a report of the schedule where a check fails or nobody can go on.
 */
abstract class Interleavings {
    private static final SchedulerSettings SETTINGS = SchedulerSettings.window(1, List.of(), 0);

    private final int schedules;

    Interleavings(int schedules) {
        this.schedules = schedules;
    }

    @Test
    void anEntryHasOneOutcome() {
        check(() -> {
            Admission admission = admission();
            CountingReply reply = new CountingReply();
            Entry entry = entry(FakeCall.patient(), reply, admission);
            together(
                    () -> {
                        if (entry.take()) {
                            entry.succeed(List.of());
                            entry.fail(failure());
                        }
                    },
                    () -> entry.refuse(Dropped.Reason.TIMED_OUT, 0),
                    () -> entry.leaveQueue(0));
            require(reply.answers() == 1, "answered " + reply.answers() + " times");
            require(admission.queued() == 0, "counted as waiting: " + admission.queued());
        });
    }

    @Test
    void aRunIsEndedOnlyWhileItRunsAndOnlyForNobody() {
        check(() -> {
            Clock clock = new StillClock();
            Admission admission = admission();
            List<CountingReply> replies = List.of(new CountingReply(), new CountingReply());
            List<FakeCall> calls = List.of(FakeCall.patient(), FakeCall.patient());
            List<Entry> batch = List.of(
                    entry(calls.get(0), replies.get(0), admission), entry(calls.get(1), replies.get(1), admission));
            Armed instance = new Armed();
            AtomicInteger gone = new AtomicInteger();
            BatchQueue queue = queue(clock, instance, task -> {});
            Run run = new Run(batch, new Lane(group(instance, task -> {}), lane -> {}), instance, watch(clock));
            batch.forEach(Entry::take);
            batch.forEach(each -> each.runsIn(run));
            together(
                    () -> {
                        run.begin(batch, clock.nanoTime());
                        boolean forNobody = gone.get() == batch.size();
                        boolean ended = run.end();
                        require(ended || !forNobody, "computed for nobody");
                        require(!ended || batch.stream().noneMatch(Entry::isAwaited), "ended for somebody");
                        require(!instance.terminated, "terminated after its run");
                        batch.forEach(each -> each.succeed(List.of()));
                    },
                    () -> {
                        leave(queue, calls.get(0), batch.get(0));
                        gone.incrementAndGet();
                    },
                    () -> {
                        leave(queue, calls.get(1), batch.get(1));
                        gone.incrementAndGet();
                    });
            require(!instance.terminated, "terminated after its run");
            require(replies.stream().allMatch(each -> each.answers() == 1), "answered once each");
        });
    }

    @Test
    void whatIsOfferedIsServedByTheTurnsThatWereAskedFor() {
        check(() -> {
            Clock clock = new StillClock();
            Turns turns = new Turns();
            BatchQueue queue = queue(clock, new Armed(), turns);
            List<CountingReply> replies = List.of(new CountingReply(), new CountingReply());
            FakeCall call = FakeCall.patient();
            Entry second = entry(call, replies.get(1), queue.admission());
            together(
                    () -> queue.offer(entry(FakeCall.patient(), replies.get(0), queue.admission())),
                    () -> {
                        queue.offer(second);
                        leave(queue, call, second);
                    },
                    turns::runOne);
            turns.runAll();
            require(replies.stream().allMatch(each -> each.answers() == 1), "answered once each");
            require(queue.admission().queued() == 0, "counted as waiting");
        });
    }

    @Test
    void everyTurnFindsARunner() {
        check(() -> {
            CountDownLatch taken = new CountDownLatch(3);
            try (Runners runners = new Runners(2, Thread::new, new StillClock())) {
                Seat one = runners.seat();
                Seat other = runners.seat();
                together(
                        () -> one.execute(() -> {
                            taken.countDown();
                            one.execute(taken::countDown);
                        }),
                        () -> other.execute(taken::countDown));
                await(taken);
            }
        });
    }

    @Test
    void answersLeaveOnceAndInOrder() {
        check(() -> {
            ReplyOrder order = new ReplyOrder();
            Queue<Integer> left = new ConcurrentLinkedQueue<>();
            List<ReplyOrder.Place> places = Stream.of(0, 1, 2)
                    .map(number -> order.behindAll(new Numbered(number, left)))
                    .toList();
            together(
                    () -> places.get(1).succeed(new InferenceResponse(List.of())),
                    () -> {
                        places.get(0).giveUp();
                        places.get(2).succeed(new InferenceResponse(List.of()));
                    },
                    () -> places.get(0).fail(failure()));
            require(
                    List.copyOf(left).stream().filter(each -> each > 0).toList().equals(List.of(1, 2)),
                    "left: " + left);
            require(left.stream().filter(each -> each == 0).count() == 1, "left: " + left);
        });
    }

    private void check(Runnable scenario) {
        Lincheck.runConcurrentTest(schedules, scenario);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void leave(BatchQueue queue, FakeCall call, Entry entry) {
        call.cancel();
        queue.leave(entry);
    }

    private static Admission admission() {
        return new Admission(SETTINGS, new ExecutionTimes(1), 1);
    }

    private static Watch watch(Clock clock) {
        return new Watch(clock, 0, run -> {});
    }

    private static InstanceGroup group(Instance instance, Seat seat) {
        return new InstanceGroup(List.of(instance), seat);
    }

    private static BatchQueue queue(Clock clock, Instance instance, Seat seat) {
        return new BatchQueue(SETTINGS, List.of(group(instance, seat)), clock, new Rig.Observed());
    }

    /** One that the admission has let in. */
    private static Entry entry(FakeCall call, Reply reply, Admission admission) {
        require(admission.enter(1, 1, Waiting.NO_DEADLINE, 0) == null, "let in");
        InferenceRequest request = new InferenceRequest("m", "", List.of(), List.of(), Map.of(), call);
        return new Entry(request, reply, 1, "", 1, 1, 0, Waiting.NO_DEADLINE, admission);
    }

    private static Failure failure() {
        return Failure.of(Kind.INTERNAL, "expected by this test");
    }

    /** Says its number when it is answered. */
    private record Numbered(int number, Queue<Integer> left) implements Reply {
        @Override
        public void succeed(InferenceResponse response) {
            left.add(number);
        }

        @Override
        public void fail(Failure failure) {
            left.add(number);
        }
    }

    /** Turns that were asked for. */
    private static final class Turns implements Seat {
        private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

        @Override
        public void execute(Runnable turn) {
            waiting.add(turn);
        }

        boolean runOne() {
            Runnable turn = waiting.poll();
            if (turn != null) {
                turn.run();
            }
            return turn != null;
        }

        void runAll() {
            while (runOne()) {}
        }
    }

    /** Answers with nothing; knows whether it was told to end. */
    private static final class Armed implements Instance {
        volatile boolean terminated;

        @Override
        public List<List<Tensor>> run(List<BatchItem> batch) {
            return batch.stream().map(item -> List.<Tensor>of()).toList();
        }

        @Override
        public void terminate() {
            terminated = true;
        }

        @Override
        public void rearm() {
            terminated = false;
        }

        @Override
        public void close() {}
    }
}
