package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.Tensors;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The queue under real threads: producers, runners, the timer and cancellations at once. */
class ConcurrencyTest {
    private static final int PRODUCERS = 4;
    private static final int REQUESTS_EACH = 50_000;
    private static final int REQUESTS = PRODUCERS * REQUESTS_EACH;
    private static final int IN_FLIGHT = 2_000;

    /** How those may end who cancel or are in a hurry; the last because too much waits ahead of them. */
    private static final Set<Kind> EARLY = Set.of(Kind.CANCELLED, Kind.DEADLINE_EXCEEDED, Kind.RESOURCE_EXHAUSTED);

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final AtomicIntegerArray answers = new AtomicIntegerArray(REQUESTS);
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger succeeded = new AtomicInteger();
    private final CountDownLatch left = new CountDownLatch(REQUESTS);
    private final Semaphore permits = new Semaphore(IN_FLIGHT);

    @Test
    @Timeout(60)
    void everyRequestIsAnsweredOnceWithItsOwnValue() throws InterruptedException {
        List<FakeInstance> instances = List.of(FakeInstance.echo(), FakeInstance.echo(), FakeInstance.echo());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        Clock clock = new SystemClock(timer);
        try (Runners runners = new Runners(2, Thread::new, clock);
                Batching batching = new Batching(
                        Rig.dynamic(8, 20_000, 4),
                        Grouping.exact(),
                        List.<Instance>copyOf(instances),
                        runners.seat(),
                        clock,
                        Failure.Kind.RESOURCE_EXHAUSTED,
                        new IgnoringObserver())) {
            List<Thread> producers = IntStream.range(0, PRODUCERS)
                    .mapToObj(number -> new Thread(() -> produce(batching, clock, number)))
                    .toList();
            producers.forEach(Thread::start);
            for (Thread producer : producers) {
                producer.join();
            }
            assertThat(left.await(30, TimeUnit.SECONDS)).as("all are answered").isTrue();
            assertThat(batching.queued()).isZero();
        } finally {
            timer.shutdownNow();
        }
        assertThat(IntStream.range(0, REQUESTS).filter(id -> answers.get(id) != 1))
                .as("requests not answered exactly once")
                .isEmpty();
        assertThat(wrong).hasValue(0);
        // Half of the callers neither cancel nor set a deadline.
        assertThat(succeeded.get()).isGreaterThanOrEqualTo(REQUESTS / 2);
        assertThat(instances).allMatch(FakeInstance::isClosed);
    }

    private void produce(Batching batching, Clock clock, int number) {
        Random random = new Random(number);
        for (int i = 0; i < REQUESTS_EACH; i++) {
            permits.acquireUninterruptibly();
            int id = number * REQUESTS_EACH + i;
            boolean patient = i % 2 == 0;
            long deadline = patient || random.nextBoolean()
                    ? Call.NO_DEADLINE
                    : clock.nanoTime() + random.nextInt(500_000) - 1_000;
            FakeCall call = FakeCall.until(deadline);
            batching.predict(Rig.request(call, id), new CheckingReply(id));
            if (!patient && random.nextInt(3) == 0) {
                call.cancel();
            }
        }
    }

    private final class CheckingReply implements Reply {
        private final int id;

        CheckingReply(int id) {
            this.id = id;
        }

        @Override
        public void succeed(InferenceResponse response) {
            float[] values = Tensors.floats(response.outputs().get(0));
            response.release();
            succeeded.incrementAndGet();
            done(values.length == 1 && values[0] == id);
        }

        @Override
        public void fail(Failure failure) {
            boolean impatient = id % 2 == 1;
            done(impatient && EARLY.contains(failure.kind()));
        }

        private void done(boolean asExpected) {
            if (!asExpected) {
                wrong.incrementAndGet();
            }
            answers.incrementAndGet(id);
            permits.release();
            left.countDown();
        }
    }

    private static final class IgnoringObserver implements BatchObserver {
        @Override
        public void waited(long nanos) {}

        @Override
        public void executed(int requests, int rows, long nanos, boolean succeeded) {}
    }

    private static final class SystemClock implements Clock {
        private final ScheduledExecutorService timer;

        SystemClock(ScheduledExecutorService timer) {
            this.timer = timer;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // Nothing is ever taken back from the timer.
        public void schedule(long atNanos, Runnable task) {
            timer.schedule(task, atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }
}
