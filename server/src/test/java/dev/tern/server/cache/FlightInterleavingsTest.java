package dev.tern.server.cache;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.testing.FakeCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** Requests that wait with one another, under interleavings that a model checker chooses. */
class FlightInterleavingsTest {
    private static final int SCHEDULES = 20;
    private static final CacheKey KEY = new CacheKey(1, 2);

    @Test
    void everybodyIsAnsweredOnceWhoeverJoinsLeavesAndAnswers() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Below below = new Below();
            Coalescing stage = new Coalescing(new Still(), new CountingObserver(), below);
            FakeCall leaving = FakeCall.patient();
            Once first = new Once();
            Once second = new Once();
            Once third = new Once();
            stage.predict(request(leaving), first);
            together(() -> stage.predict(request(FakeCall.patient()), second), leaving::cancel, () -> {
                below.answerNext();
                stage.predict(request(FakeCall.patient()), third);
            });
            below.answerAll();
            require(first.ends.get() == 1, "the first ended " + first.ends + " times");
            require(second.ends.get() == 1 && second.successes.get() == 1, "the second is not served");
            require(third.ends.get() == 1 && third.successes.get() == 1, "the third is not served");
            require(stage.flights() == 0, "under way: " + stage.flights());
        });
    }

    @Test
    void aRunIsGoneOnlyWhenAllAre() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Below below = new Below();
            Coalescing stage = new Coalescing(new Still(), new CountingObserver(), below);
            FakeCall one = FakeCall.patient();
            FakeCall other = FakeCall.patient();
            Once first = new Once();
            Once second = new Once();
            stage.predict(request(one), first);
            stage.predict(request(other), second);
            AtomicInteger gone = new AtomicInteger();
            below.firstRequest().call().onDone(gone::incrementAndGet);
            together(one::cancel, other::cancel);
            require(gone.get() == 1, "told " + gone + " times");
            below.failAll();
            require(first.ends.get() == 1 && second.ends.get() == 1, "answered once each");
            require(first.successes.get() + second.successes.get() == 0, "served although gone");
        });
    }

    private static InferenceRequest request(FakeCall call) {
        return new InferenceRequest("m", "", List.of(), List.of(), Map.of(), call).withKey(KEY);
    }

    private static void together(Runnable... actions) {
        List<Thread> threads = new ArrayList<>();
        for (Runnable action : actions) {
            Thread thread = new Thread(action);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void require(boolean held, String what) {
        if (!held) {
            throw new AssertionError(what);
        }
    }

    /** Keeps requests until it is told to answer them; one whose caller has gone fails. */
    private static final class Below implements Predictor {
        private final Queue<Under> under = new ConcurrentLinkedQueue<>();

        private record Under(InferenceRequest request, Reply reply) {}

        @Override
        public void predict(InferenceRequest request, Reply reply) {
            under.add(new Under(request, reply));
        }

        InferenceRequest firstRequest() {
            return under.element().request();
        }

        boolean answerNext() {
            Under next = under.poll();
            if (next == null) {
                return false;
            }
            if (next.request().call().isDone()) {
                next.reply().fail(Failure.of(Kind.CANCELLED, "gone"));
            } else {
                next.reply().succeed(new InferenceResponse(List.of(), Origin.MISS));
            }
            return true;
        }

        void answerAll() {
            while (answerNext()) {}
        }

        void failAll() {
            for (Under next = under.poll(); next != null; next = under.poll()) {
                next.reply().fail(Failure.of(Kind.CANCELLED, "gone"));
            }
        }
    }

    /** Counts its answers. */
    private static final class Once implements Reply {
        final AtomicInteger ends = new AtomicInteger();
        final AtomicInteger successes = new AtomicInteger();

        @Override
        public void succeed(InferenceResponse response) {
            successes.incrementAndGet();
            ends.incrementAndGet();
        }

        @Override
        public void fail(Failure failure) {
            ends.incrementAndGet();
        }
    }

    /** Time does not pass, and nothing falls due. */
    private static final class Still implements Clock {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void schedule(long atNanos, Runnable task) {}
    }
}
