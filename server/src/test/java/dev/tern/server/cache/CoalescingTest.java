package dev.tern.server.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CoalescingTest {
    private static final CacheKey KEY = new CacheKey(1, 2);
    private static final long MILLI = 1_000_000;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = new NoLeaks();

    private final FakeClock clock = new FakeClock();
    private final Runs runs = new Runs();
    private final CountingObserver observer = new CountingObserver();
    private final Coalescing stage = new Coalescing(clock, observer, runs);

    @AfterEach
    void nothingIsUnderWay() {
        assertThat(stage.flights()).isZero();
    }

    private RecordingReply send(Call call) {
        return send(call, Map.of(), KEY);
    }

    private RecordingReply send(Call call, Map<String, Object> parameters, CacheKey key) {
        RecordingReply reply = new RecordingReply();
        List<Tensor> inputs = List.of(Tensors.floats("x", Shape.of(1), 1));
        stage.predict(new InferenceRequest("m", "", inputs, List.of(), parameters, call).withKey(key), reply);
        return reply;
    }

    private static InferenceRequest named(String id) {
        return new InferenceRequest("m", id, List.of(), List.of(), Map.of(), FakeCall.patient(), KEY);
    }

    private FakeCall within(long nanos) {
        return FakeCall.until(clock.nanoTime() + nanos);
    }

    private static void isAnswered(RecordingReply reply, float value) {
        assertThat(Tensors.floats(reply.outputs().get(0))).containsExactly(value);
    }

    private static Kind early(RecordingReply reply) {
        return Objects.requireNonNull(reply.early()).kind();
    }

    @Test
    void equalRequestsShareOneRun() {
        RecordingReply first = send(FakeCall.patient());
        RecordingReply second = send(FakeCall.patient());
        RecordingReply third = send(FakeCall.patient());

        assertThat(runs.count()).isEqualTo(1);
        runs.succeed(0, 7);
        isAnswered(first, 7);
        isAnswered(second, 7);
        isAnswered(third, 7);
        assertThat(List.of(first.origin(), second.origin(), third.origin()))
                .containsExactly(Origin.MISS, Origin.COALESCED, Origin.COALESCED);
        assertThat(observer.shared()).isEqualTo(2);
    }

    @Test
    void aRequestAfterTheAnswerRunsAnew() {
        send(FakeCall.patient());
        runs.succeed(0, 7);
        RecordingReply next = send(FakeCall.patient());

        assertThat(runs.count()).isEqualTo(2);
        runs.succeed(1, 8);
        isAnswered(next, 8);
    }

    @Test
    void requestsWithOtherKeysRunForThemselves() {
        RecordingReply first = send(FakeCall.patient());
        RecordingReply other = send(FakeCall.patient(), Map.of(), new CacheKey(2, 1));

        runs.succeed(1, 8);
        runs.succeed(0, 7);
        isAnswered(first, 7);
        isAnswered(other, 8);
    }

    @Test
    void requestsScheduledDifferentlyRunForThemselves() {
        RecordingReply first = send(FakeCall.patient());
        RecordingReply urgent = send(FakeCall.patient(), Map.of("priority", 1L), KEY);
        RecordingReply impatient = send(FakeCall.patient(), Map.of("timeout", 9L), KEY);

        assertThat(runs.count()).isEqualTo(3);
        runs.succeed(1, 8);
        runs.succeed(2, 9);
        isAnswered(urgent, 8);
        isAnswered(impatient, 9);
        assertThat(first.isAnswered()).isFalse();
        runs.succeed(0, 7);
    }

    @Test
    void aRefreshWaitsWithNobody() {
        send(FakeCall.patient());
        RecordingReply refresh = send(FakeCall.patient(), Map.of(CacheControl.PARAMETER, "refresh"), KEY);

        runs.succeed(1, 8);
        isAnswered(refresh, 8);
        runs.succeed(0, 7);
    }

    @Test
    void aFailureIsThatOfAllWhoWaitAndOfNobodyElse() {
        RecordingReply first = send(FakeCall.patient());
        RecordingReply second = send(FakeCall.patient());
        Failure failure = Failure.of(Kind.RESOURCE_EXHAUSTED, "full");
        runs.fail(0, failure);

        assertThat(first.failure()).isEqualTo(failure);
        assertThat(second.failure()).isEqualTo(failure);
        RecordingReply next = send(FakeCall.patient());
        runs.succeed(1, 7);
        isAnswered(next, 7);
    }

    @Test
    void everyFailureNamesTheRequestOfWhoReadsIt() {
        RecordingReply first = new RecordingReply();
        RecordingReply second = new RecordingReply();
        RecordingReply nameless = new RecordingReply();
        stage.predict(named("a"), first);
        stage.predict(named("b"), second);
        stage.predict(named(""), nameless);
        Failure failure =
                Failure.of(Kind.UNAVAILABLE, runs.request(0), "stopping").retryAfter(7);
        runs.failing(0, failure);
        runs.fail(0, failure);

        assertThat(first.failure().message()).isEqualTo("[request id: a] stopping");
        assertThat(second.failure().message()).isEqualTo("[request id: b] stopping");
        assertThat(second.failure().retryAfterMillis()).isEqualTo(7);
        assertThat(second.early()).isEqualTo(second.failure());
        assertThat(nameless.failure().message()).isEqualTo("[request id: <id_unknown>] stopping");
    }

    @Test
    void whoseOwnTimeInTheLineIsNotOverGoesOn() {
        RecordingReply first = send(FakeCall.patient());
        RecordingReply second = send(FakeCall.patient());
        FakeCall leaving = FakeCall.patient();
        RecordingReply third = send(leaving);
        leaving.cancel();
        runs.fail(0, Failure.of(Kind.UNAVAILABLE, "Request timeout expired").ofItsOwn());

        assertThat(first.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(third.failure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(second.isAnswered()).isFalse();
        runs.succeed(1, 7);
        isAnswered(second, 7);
    }

    @Test
    void answersAreWrittenAtOnceWhereTheyAreHandedOverOneByOne() {
        List<Boolean> together = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            stage.predict(named(""), new Reply() {
                @Override
                public void succeed(InferenceResponse response) {
                    together.add(Together.current() != null);
                    response.release();
                }

                @Override
                public void fail(Failure failure) {}
            });
        }
        runs.succeed(0, 7);
        assertThat(together).containsExactly(false, false);
    }

    @Test
    void whoWaitsAloneIsToldThatItWillBeLate() {
        RecordingReply only = send(within(5 * MILLI));
        Failure late = Failure.of(Kind.DEADLINE_EXCEEDED, "late");
        runs.failing(0, late);
        assertThat(only.early()).isEqualTo(late);
        RecordingReply next = send(within(5 * MILLI));
        assertThat(runs.count()).as("nobody waits for what fails").isEqualTo(2);
        runs.fail(0, late);
        assertThat(only.failure()).isEqualTo(late);
        runs.succeed(1, 7);
        isAnswered(next, 7);
    }

    @Test
    void whereSeveralWaitThatItWillBeLateIsNotToldToThoseWhoGoOn() {
        RecordingReply first = send(within(5 * MILLI));
        RecordingReply second = send(within(50 * MILLI));
        Failure late = Failure.of(Kind.DEADLINE_EXCEEDED, "late");
        runs.failing(0, late);
        assertThat(second.early()).isNull();
        runs.fail(0, late);
        assertThat(first.failure()).isEqualTo(late);
        runs.succeed(1, 7);
        isAnswered(second, 7);
    }

    @Test
    void theFirstMayLeaveAndTheOthersAreAnswered() {
        FakeCall leaving = FakeCall.patient();
        RecordingReply first = send(leaving);
        RecordingReply second = send(FakeCall.patient());
        leaving.cancel();

        assertThat(early(first)).isEqualTo(Kind.CANCELLED);
        assertThat(first.isAnswered()).as("its payloads are still read").isFalse();
        assertThat(runs.call(0).isDone()).isFalse();
        runs.succeed(0, 7);
        assertThat(first.failure().kind()).isEqualTo(Kind.CANCELLED);
        isAnswered(second, 7);
    }

    @Test
    void theRunIsGoneWhenAllAre() {
        FakeCall one = FakeCall.patient();
        FakeCall two = FakeCall.patient();
        RecordingReply first = send(one);
        RecordingReply second = send(two);
        List<String> told = new ArrayList<>();
        runs.call(0).onDone(() -> told.add("gone"));
        two.cancel();
        assertThat(told).isEmpty();
        one.cancel();

        assertThat(told).containsExactly("gone");
        assertThat(runs.call(0).isDone()).isTrue();
        RecordingReply later = send(FakeCall.patient());
        assertThat(runs.count()).as("nobody waits with what nobody waits for").isEqualTo(2);
        runs.fail(0, Failure.of(Kind.CANCELLED, "cancelled"));
        assertThat(first.failure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(second.failure().kind()).isEqualTo(Kind.CANCELLED);
        runs.succeed(1, 7);
        isAnswered(later, 7);
    }

    @Test
    void theRunsDeadlineIsTheLatest() {
        send(within(5 * MILLI));
        assertThat(runs.call(0).deadlineNanos()).isEqualTo(clock.nanoTime() + 5 * MILLI);
        send(within(9 * MILLI));
        assertThat(runs.call(0).deadlineNanos()).isEqualTo(clock.nanoTime() + 9 * MILLI);
        send(within(7 * MILLI));
        assertThat(runs.call(0).deadlineNanos()).isEqualTo(clock.nanoTime() + 9 * MILLI);
        FakeCall patient = FakeCall.patient();
        send(patient);
        assertThat(runs.call(0).deadlineNanos()).isEqualTo(Call.NO_DEADLINE);
        patient.cancel();
        assertThat(runs.call(0).deadlineNanos()).isEqualTo(clock.nanoTime() + 9 * MILLI);
        runs.succeed(0, 7);
    }

    @Test
    void eachIsToldAtItsOwnDeadline() {
        RecordingReply first = send(within(5 * MILLI));
        RecordingReply second = send(within(20 * MILLI));
        RecordingReply third = send(within(10 * MILLI));
        clock.advance(5 * MILLI);
        assertThat(early(first)).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(third.early()).isNull();
        clock.advance(6 * MILLI);
        assertThat(early(third)).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(second.early()).isNull();

        runs.succeed(0, 7);
        isAnswered(second, 7);
        assertThat(first.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(third.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
    }

    @Test
    void theLastDeadlineEndsTheRun() {
        RecordingReply first = send(within(5 * MILLI));
        RecordingReply second = send(within(20 * MILLI));
        clock.advance(21 * MILLI);

        assertThat(runs.call(0).isDone()).isTrue();
        runs.fail(0, Failure.of(Kind.DEADLINE_EXCEEDED, "late"));
        assertThat(first.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(second.failure().message()).isEqualTo("late");
    }

    @Test
    void whoHasMoreTimeGoesOnWhereTheFirstHadTooLittle() {
        RecordingReply first = send(within(5 * MILLI));
        RecordingReply second = send(within(50 * MILLI));
        RecordingReply third = send(within(4 * MILLI));
        runs.fail(0, Failure.of(Kind.DEADLINE_EXCEEDED, "too close"));

        assertThat(first.failure().message()).isEqualTo("too close");
        assertThat(third.failure().message()).isEqualTo("too close");
        assertThat(second.isAnswered()).isFalse();
        assertThat(runs.count()).isEqualTo(2);
        runs.succeed(1, 7);
        isAnswered(second, 7);
    }

    @Test
    void whoJoinsOneWhoHasVanishedGoesOn() {
        FakeCall vanishing = FakeCall.patient();
        RecordingReply first = send(vanishing);
        vanishing.vanish();
        assertThat(runs.call(0).isDone()).isTrue();
        RecordingReply second = send(FakeCall.patient());
        runs.fail(0, Failure.of(Kind.CANCELLED, "cancelled"));

        assertThat(first.failure().kind()).isEqualTo(Kind.CANCELLED);
        runs.succeed(1, 7);
        isAnswered(second, 7);
    }

    @Test
    void allAreToldThatItWillFailAndNobodyJoinsThen() {
        RecordingReply first = send(FakeCall.patient());
        RecordingReply second = send(FakeCall.patient());
        Failure failure = Failure.of(Kind.INTERNAL, "broken");
        runs.failing(0, failure);
        assertThat(first.early()).isEqualTo(failure);
        assertThat(second.early()).isEqualTo(failure);
        send(FakeCall.patient());
        assertThat(runs.count()).isEqualTo(2);
        runs.fail(0, failure);
        assertThat(second.failure()).isEqualTo(failure);
        runs.succeed(1, 7);
    }

    @Test
    void aDefectBelowIsAnsweredToAll() {
        Coalescing broken = new Coalescing(clock, observer, (request, reply) -> {
            throw new IllegalStateException("defect");
        });
        RecordingReply reply = new RecordingReply();
        broken.predict(
                new InferenceRequest("m", "", List.of(), List.of(), Map.of(), FakeCall.patient()).withKey(KEY), reply);

        assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
        assertThat(broken.flights()).isZero();
    }

    @Test
    void requestsWithoutAKeyPassBy() {
        RecordingReply reply = new RecordingReply();
        InferenceRequest request = new InferenceRequest("m", "", List.of(), List.of(), Map.of(), FakeCall.patient());
        stage.predict(request, reply);

        assertThat(runs.request(0)).isSameAs(request);
        runs.succeed(0, 7);
        isAnswered(reply, 7);
    }
}
