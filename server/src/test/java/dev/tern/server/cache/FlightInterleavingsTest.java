package dev.tern.server.cache;

import static dev.tern.server.testing.Race.require;
import static dev.tern.server.testing.Race.together;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.testing.CountingReply;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.StillClock;
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
            Coalescing stage = new Coalescing(new StillClock(), new CountingObserver(), below);
            FakeCall leaving = FakeCall.patient();
            CountingReply first = new CountingReply();
            CountingReply second = new CountingReply();
            CountingReply third = new CountingReply();
            stage.predict(request(leaving), first);
            together(() -> stage.predict(request(FakeCall.patient()), second), leaving::cancel, () -> {
                below.answerNext();
                stage.predict(request(FakeCall.patient()), third);
            });
            below.answerAll();
            require(first.answers() == 1, "the first ended " + first.answers() + " times");
            require(second.answers() == 1 && second.successes() == 1, "the second is not served");
            require(third.answers() == 1 && third.successes() == 1, "the third is not served");
            require(stage.flights() == 0, "under way: " + stage.flights());
        });
    }

    @Test
    void aRunIsGoneOnlyWhenAllAre() {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            Below below = new Below();
            Coalescing stage = new Coalescing(new StillClock(), new CountingObserver(), below);
            FakeCall one = FakeCall.patient();
            FakeCall other = FakeCall.patient();
            CountingReply first = new CountingReply();
            CountingReply second = new CountingReply();
            stage.predict(request(one), first);
            stage.predict(request(other), second);
            AtomicInteger gone = new AtomicInteger();
            below.firstRequest().call().onDone(gone::incrementAndGet);
            together(one::cancel, other::cancel);
            require(gone.get() == 1, "told " + gone + " times");
            below.failAll();
            require(first.answers() == 1 && second.answers() == 1, "answered once each");
            require(first.successes() + second.successes() == 0, "served although gone");
        });
    }

    private static InferenceRequest request(FakeCall call) {
        return new InferenceRequest("m", "", List.of(), List.of(), Map.of(), call).withKey(KEY);
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
}
