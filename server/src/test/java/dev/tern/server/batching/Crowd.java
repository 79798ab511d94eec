package dev.tern.server.batching;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Callers of one stage on threads of their own, many requests in flight at once. What a request is follows from its
 * number: how many rows, of which level, whether its caller is patient or may cancel and set deadlines, some of them past
 * already, and whether the model will fail on it. Every answer is checked by value.
 */
final class Crowd {
    private static final int CALLERS = 4;
    private static final int IN_FLIGHT = 2_000;
    private static final int MOST_ROWS = 3;
    private static final int POISON_EVERY = 1_009;
    private static final int RECENT = 64;
    private static final int PATIENCE_SECONDS = 30;

    /** How those may end who cancel or are in a hurry; the last because too much waits ahead of them. */
    private static final Set<Kind> EARLY = Set.of(Kind.CANCELLED, Kind.DEADLINE_EXCEEDED, Kind.RESOURCE_EXHAUSTED);

    /** A level's patient callers may be refused so; levels that are not named serve all of theirs. */
    private final Map<Integer, Kind> refusals;

    private final int levels;
    private final Clock clock;
    private final int each;
    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private final CountDownLatch left;
    private final AtomicLongArray lastOfCaller = new AtomicLongArray(CALLERS);

    final AtomicIntegerArray answers;
    final LongAdder succeeded = new LongAdder();
    final LongAdder wrong = new LongAdder();
    final LongAdder outOfOrder = new LongAdder();

    /** @param requests rounded down to a multiple of the callers */
    Crowd(int requests, int levels, Map<Integer, Kind> refusals, Clock clock) {
        this.each = requests / CALLERS;
        this.levels = levels;
        this.refusals = refusals;
        this.clock = clock;
        this.answers = new AtomicIntegerArray(requests());
        this.left = new CountDownLatch(requests());
    }

    int requests() {
        return each * CALLERS;
    }

    /** Has all callers send all they have; returns when they have, not when all are answered. */
    void send(Predictor stage) throws InterruptedException {
        List<Thread> threads = IntStream.range(0, CALLERS)
                .mapToObj(caller -> new Thread(() -> send(stage, caller)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    boolean awaitAnswers() throws InterruptedException {
        return left.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void send(Predictor stage, int caller) {
        Random random = new Random(caller);
        FakeCall[] recent = new FakeCall[RECENT];
        for (int i = 0; i < each; i++) {
            int id = caller * each + i;
            if (!mayGoOn()) {
                return;
            }
            FakeCall call = FakeCall.until(isPatient(id) ? Call.NO_DEADLINE : deadline(random));
            stage.predict(request(id, call), new Checking(id));
            if (!isPatient(id)) {
                recent[random.nextInt(RECENT)] = call;
                cancelOne(recent, random);
            }
        }
    }

    /** False when nobody was answered for so long that nobody will be. */
    private boolean mayGoOn() {
        try {
            return permits.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static void cancelOne(FakeCall[] recent, Random random) {
        FakeCall chosen = recent[random.nextInt(RECENT)];
        if (chosen != null && random.nextBoolean()) {
            chosen.cancel();
        }
    }

    /** None, past or near, or far enough to be met as a rule. */
    private long deadline(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> Call.NO_DEADLINE;
            case 1 -> clock.nanoTime() + random.nextInt(500_000) - 10_000;
            default -> clock.nanoTime() + random.nextInt(50_000_000);
        };
    }

    private InferenceRequest request(int id, Call call) {
        long[] values = new long[rows(id)];
        for (int row = 0; row < values.length; row++) {
            values[row] = isPoison(id) ? -1 : value(id, row);
        }
        String input = id % 16 == 0 ? "other" : "x";
        return new InferenceRequest(
                "m",
                "",
                List.of(Tensors.longs(input, Shape.of(values.length, 1), values)),
                List.of(),
                Map.of("priority", (long) level(id)),
                call);
    }

    private static long value(int id, int row) {
        return (long) id * (MOST_ROWS + 1) + row;
    }

    private static int rows(int id) {
        return 1 + (id >>> 3) % MOST_ROWS;
    }

    private int level(int id) {
        return 1 + (id >>> 1) % levels;
    }

    private static boolean isPatient(int id) {
        return id % 2 == 0;
    }

    private static boolean isPoison(int id) {
        return id % POISON_EVERY == POISON_EVERY - 1;
    }

    private final class Checking implements Reply {
        private final int id;

        Checking(int id) {
            this.id = id;
        }

        @Override
        public void succeed(InferenceResponse response) {
            long[] values = Tensors.longs(response.outputs().get(0));
            response.release();
            boolean right = !isPoison(id) && values.length == rows(id);
            for (int row = 0; right && row < values.length; row++) {
                right = values[row] == Tripler.answerTo(value(id, row));
            }
            if (isPatient(id) && lastOfCaller.getAndSet(id / each, id) > id) {
                outOfOrder.increment();
            }
            succeeded.increment();
            done(right);
        }

        @Override
        public void fail(Failure failure) {
            done((isPoison(id) && failure.kind() == Kind.INTERNAL)
                    || (!isPatient(id) && EARLY.contains(failure.kind()))
                    || failure.kind() == refusals.get(level(id)));
        }

        private void done(boolean asExpected) {
            if (!asExpected) {
                wrong.increment();
            }
            answers.incrementAndGet(id);
            permits.release();
            left.countDown();
        }
    }
}
