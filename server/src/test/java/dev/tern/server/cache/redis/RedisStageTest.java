package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every order in which Redis, the timer, the caller and the model can act. */
class RedisStageTest {
    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final StageRig rig = new StageRig();
    private final FakeCall call = FakeCall.patient();

    @Test
    void aRequestWithoutKeyIsPassedOnUntouched() {
        RecordingReply reply = rig.send(StageRig.request(null, call));
        assertThat(rig.store.asked()).isZero();
        rig.answer(3);
        assertThat(StageRig.only(reply)).isEqualTo(3);
        assertThat(rig.origins).containsExactly(Origin.MODEL);
        assertThat(rig.writer.waiting()).isZero();
        assertThat(rig.counts.lookUps()).isZero();
    }

    @Test
    void aHitIsAnsweredWithoutTheModel() {
        RecordingReply reply = rig.send(call);
        assertThat(rig.model).isEmpty();
        rig.clock.advance(StageRig.BUDGET - 1);
        rig.store.reply(rig.value(StageRig.KEY, 7));
        assertThat(StageRig.only(reply)).isEqualTo(7);
        assertThat(rig.origins).containsExactly(Origin.L2);
        rig.clock.advance(StageRig.BUDGET);
        assertThat(rig.model).isEmpty();
        assertThat(rig.counts.of(L2Observer.LookUp.HIT)).isOne();
        assertThat(rig.counts.of("nanos")).isEqualTo(StageRig.BUDGET - 1);
        assertThat(rig.counts.of("bytes in")).isEqualTo(rig.value(StageRig.KEY, 7).length);
    }

    @Test
    void whatGoesBetweenTheReplyAndItsTakingIsNotKept() {
        CacheKey other = new CacheKey(3, 4);
        rig.nearLevels.add("tag", rig.near);
        rig.store.whenAsked(() -> {
            rig.store.reply(rig.value(StageRig.KEY, 7));
            rig.nearLevels.gone(new RedisKeys.Parsed("tag", StageRig.KEY));
        });
        assertThat(StageRig.only(rig.send(call))).isEqualTo(7);
        assertThat(rig.near.told()).as("when told, and when taken").containsExactly(StageRig.KEY, StageRig.KEY);

        rig.near.told().clear();
        rig.store.whenAsked(() -> {
            rig.store.replyAll(List.of(rig.value(StageRig.KEY, 7), rig.value(other, 8)));
            rig.nearLevels.gone(new RedisKeys.Parsed("tag", other));
        });
        rig.answers.getAll(
                List.of(StageRig.KEY, other),
                call,
                found -> assertThat(rig.near.told()).containsExactly(other));
        assertThat(rig.near.told()).containsExactly(other, StageRig.KEY, other);
    }

    @Test
    void aReplyThatIsThereAtOnceIsKeptIfNothingWent() {
        rig.nearLevels.add("tag", rig.near);
        rig.nearLevels.gone(new RedisKeys.Parsed("other", StageRig.KEY));
        rig.store.whenAsked(() -> rig.store.reply(rig.value(StageRig.KEY, 7)));
        assertThat(StageRig.only(rig.send(call))).isEqualTo(7);
        assertThat(rig.near.told()).isEmpty();
    }

    @Test
    void aMissGoesToTheModelAndItsAnswerToRedis() throws UndecodableException {
        RecordingReply reply = rig.send(call);
        rig.store.reply(null);
        rig.answer(5);
        assertThat(StageRig.only(reply)).isEqualTo(5);
        assertThat(rig.origins).containsExactly(Origin.MISS);
        assertThat(rig.store.written()).as("on the request's path").isEmpty();
        rig.writer.runAll();
        FakeStore.Put put = rig.store.written().get(0);
        assertThat(put.key()).isEqualTo(ByteBuffer.wrap(rig.keys.write(StageRig.KEY)));
        assertThat(put.value()).isEqualTo(ByteBuffer.wrap(rig.value(StageRig.KEY, 5)));
        assertThat(put.ttlMillis()).isBetween(9_000L, 11_000L);
        assertThat(rig.counts.of(L2Observer.LookUp.MISS)).isOne();
        assertThat(rig.counts.of(L2Observer.Write.DONE)).isZero();
        rig.store.acknowledge();
        assertThat(rig.counts.of(L2Observer.Write.DONE)).isOne();
        assertThat(rig.writes.bytes()).isZero();
    }

    @Test
    void timesToLiveDifferByAFifthAtTheMost() {
        long least = ttl(new CacheKey(0, 0));
        long most = ttl(new CacheKey(0, -1));
        assertThat(least).isEqualTo(9_000);
        assertThat(most).isEqualTo(11_000);
        assertThat(ttl(new CacheKey(0, Long.MIN_VALUE))).isEqualTo(10_000);
    }

    private long ttl(CacheKey key) {
        rig.answers.put(key, new InferenceResponse(List.of(StageRig.tensor(1))), rig.answers.asked(key));
        rig.writer.runAll();
        rig.store.acknowledge();
        return rig.store.written().get(rig.store.written().size() - 1).ttlMillis();
    }

    @Test
    void whenTheBudgetIsOverTheRequestGoesOnAtOnceAndALateReplyIsDropped() {
        RecordingReply reply = rig.send(call);
        rig.clock.advance(StageRig.BUDGET - 1);
        assertThat(rig.model).isEmpty();
        rig.clock.advance(1);
        assertThat(rig.model).hasSize(1);
        rig.store.reply(rig.value(StageRig.KEY, 7));
        assertThat(reply.isAnswered()).isFalse();
        rig.answer(5);
        assertThat(StageRig.only(reply)).isEqualTo(5);
        assertThat(rig.origins).containsExactly(Origin.MISS);
        assertThat(rig.counts.of(L2Observer.LookUp.TIMEOUT)).isOne();
        assertThat(rig.counts.of("late")).isOne();
        assertThat(rig.counts.lookUps()).isOne();
        assertThat(rig.writer.waiting()).as("Redis may well have it").isZero();
    }

    @Test
    void theBudgetsOfManyAreEndedByFewTimerTasks() {
        for (int i = 0; i < 10; i++) {
            rig.send(call);
            rig.clock.skip(10);
        }
        assertThat(rig.clock.scheduled()).isOne();
        rig.clock.advance(StageRig.BUDGET - 10 * 10 + 4 * 10);
        assertThat(rig.model).as("those sent first").hasSize(5);
        assertThat(rig.clock.scheduled()).isOne();
        rig.clock.advance(StageRig.BUDGET);
        assertThat(rig.model).hasSize(10);
        assertThat(rig.clock.scheduled()).isZero();
    }

    @Test
    void aLookUpThatIsOverDoesNotEndTheNextOnesBudgetEarlyOrLate() {
        rig.send(call);
        rig.clock.advance(StageRig.BUDGET / 2);
        rig.send(call);
        rig.store.reply(rig.value(StageRig.KEY, 7));
        rig.clock.advance(StageRig.BUDGET - 1);
        assertThat(rig.model).isEmpty();
        rig.clock.advance(1);
        assertThat(rig.model).hasSize(1);
    }

    @Test
    void aCallerWhoGoesTakesItsRequestWithIt() {
        RecordingReply reply = rig.send(call);
        call.cancel();
        assertThat(rig.model).as("which knows how to answer one who has gone").hasSize(1);
        rig.store.reply(rig.value(StageRig.KEY, 7));
        rig.clock.advance(StageRig.BUDGET);
        assertThat(rig.model).hasSize(1);
        assertThat(rig.counts.of(L2Observer.LookUp.GONE)).isOne();
        rig.model.remove().fail(Failure.of(Kind.CANCELLED, "gone"));
        assertThat(reply.failure().kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void aDeadlineBeforeTheBudgetsEndEndsTheLookUp() {
        RecordingReply reply = rig.send(FakeCall.until(rig.clock.nanoTime() + 500));
        rig.clock.advance(499);
        assertThat(rig.model).isEmpty();
        rig.clock.advance(1);
        assertThat(rig.model).hasSize(1);
        assertThat(rig.counts.of(L2Observer.LookUp.GONE)).isOne();
        rig.answer(1);
        assertThat(reply.answers()).isOne();
    }

    @Test
    void deadlinesBeforeTheBudgetsEndLeaveNothingBehindWhenRedisReplies() {
        for (int i = 0; i < 100; i++) {
            rig.send(FakeCall.until(rig.clock.nanoTime() + 500));
            rig.store.reply(rig.value(StageRig.KEY, 7));
            rig.clock.skip(1);
        }
        assertThat(rig.clock.scheduled()).isOne();
        assertThat(rig.answers.held()).isOne();
        rig.clock.advance(StageRig.BUDGET);
        assertThat(rig.clock.scheduled()).isZero();
        assertThat(rig.answers.held()).isZero();
    }

    @Test
    void aShorterDeadlineThanThatOfWhoCameBeforeIsKept() {
        rig.send(call);
        rig.send(FakeCall.until(rig.clock.nanoTime() + 500));
        rig.clock.advance(500);
        assertThat(rig.model).hasSize(1);
        rig.clock.advance(StageRig.BUDGET - 500);
        assertThat(rig.model).hasSize(2);
        assertThat(rig.counts.of(L2Observer.LookUp.GONE)).isOne();
        assertThat(rig.counts.of(L2Observer.LookUp.TIMEOUT)).isOne();
    }

    @Test
    void oneWhoHasGoneAlreadyIsPassedOn() {
        call.cancel();
        rig.send(call);
        assertThat(rig.model).hasSize(1);
    }

    @Test
    void anErrorIsAMissThatIsNotWritten() {
        RecordingReply reply = rig.send(call);
        rig.store.replyError();
        rig.answer(5);
        assertThat(StageRig.only(reply)).isEqualTo(5);
        assertThat(rig.counts.of(L2Observer.LookUp.ERROR)).isOne();
        assertThat(rig.writer.waiting()).isZero();
    }

    @Test
    void rubbishIsAMissThatIsWrittenOver() {
        RecordingReply reply = rig.send(call);
        byte[] value = rig.value(StageRig.KEY, 7);
        value[30] ^= 1;
        rig.store.reply(value);
        rig.answer(5);
        assertThat(StageRig.only(reply)).isEqualTo(5);
        assertThat(rig.counts.of(L2Observer.LookUp.RUBBISH)).isOne();
        assertThat(rig.counts.of("rubbish FORGED")).isOne();
        rig.writer.runAll();
        assertThat(rig.store.written()).hasSize(1);
    }

    @Test
    void anAnswerHasTheAgeThatItHadInRedis() {
        assertThat(ageMillis(0)).isZero();
        assertThat(ageMillis(1_234)).isEqualTo(1_234);
        assertThat(ageMillis(StageRig.MAX_AGE_MILLIS - 1)).isEqualTo(StageRig.MAX_AGE_MILLIS - 1);
    }

    @Test
    void whatIsMadeInTheFutureIsMadeNow() {
        assertThat(ageMillis(-60_000)).isZero();
        assertThat(ageMillis(rig.wall.millis() - Long.MAX_VALUE)).isZero();
    }

    /** Of an answer that was made {@code before} now. */
    private long ageMillis(long before) {
        List<Found> found = new ArrayList<>();
        rig.answers.get(StageRig.KEY, call, found::add);
        rig.store.reply(rig.value(StageRig.KEY, 7, rig.wall.millis() - before));
        InferenceResponse answer = Objects.requireNonNull(found.get(0).answer());
        return TimeUnit.NANOSECONDS.toMillis(answer.ageNanos());
    }

    @Test
    void oneThatIsTooOldIsAMissThatIsWrittenOver() {
        RecordingReply reply = rig.send(call);
        rig.store.reply(rig.value(StageRig.KEY, 7, rig.wall.millis() - StageRig.MAX_AGE_MILLIS));
        rig.answer(5);
        assertThat(StageRig.only(reply)).isEqualTo(5);
        assertThat(rig.counts.of(L2Observer.LookUp.STALE)).isOne();
        rig.writer.runAll();
        assertThat(rig.store.written()).hasSize(1);
    }

    @Test
    void namesAreSharedByAllAnswers() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            rig.answers.get(
                    StageRig.KEY,
                    call,
                    found -> names.add(Objects.requireNonNull(found.answer())
                            .outputs()
                            .get(0)
                            .name()));
            rig.store.reply(rig.value(StageRig.KEY, 7));
        }
        assertThat(names.get(1)).isSameAs(names.get(0));
    }

    @Test
    void whatWasAskedBeforeAClearingIsNotWrittenAfter() {
        rig.send(call);
        rig.store.reply(null);
        rig.near.clear();
        rig.answer(5);
        rig.send(new InferenceRequest("m", "", List.of(), List.of(), Map.of("refresh", true), call, StageRig.KEY));
        rig.near.clear();
        rig.answer(5);
        rig.writer.runAll();
        assertThat(rig.store.written()).isEmpty();
        assertThat(rig.counts.of(L2Observer.Write.DROPPED)).isEqualTo(2);
    }

    @Test
    void whatWasAskedBeforeARefreshIsNotWrittenAfter() {
        rig.send(call);
        rig.store.reply(null);
        rig.near.refresh();
        rig.send(new InferenceRequest("m", "", List.of(), List.of(), Map.of("refresh", true), call, StageRig.KEY));
        rig.answer(7);
        rig.answer(8);
        rig.writer.runAll();
        assertThat(rig.store.written())
                .extracting(FakeStore.Put::value)
                .containsExactly(ByteBuffer.wrap(rig.value(StageRig.KEY, 8)));
        assertThat(rig.counts.of(L2Observer.Write.DROPPED)).isOne();
    }

    /** Whatever Redis does meanwhile: a request is answered, or with the model, when its budget is over. */
    @Test
    void noRequestWaitsLongerThanItsBudget() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            StageRig each = new StageRig();
            List<RecordingReply> replies = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                replies.add(each.send(call));
                if (random.nextBoolean()) {
                    each.store.reply(random.nextBoolean() ? null : each.value(StageRig.KEY, 7));
                }
                each.clock.advance(random.nextInt((int) StageRig.BUDGET / 10));
            }
            each.clock.advance(StageRig.BUDGET);
            long answered = replies.stream().filter(RecordingReply::isAnswered).count();
            assertThat(answered + each.model.size()).as("round %d", round).isEqualTo(5);
        }
    }

    @Test
    void failuresAreNeverWritten() {
        RecordingReply reply = rig.send(call);
        rig.store.reply(null);
        rig.model.getFirst().failing(Failure.of(Kind.INTERNAL, "soon"));
        rig.model.remove().fail(Failure.of(Kind.INTERNAL, "broken"));
        assertThat(reply.failure().message()).isEqualTo("broken");
        assertThat(reply.early()).extracting(Failure::message).isEqualTo("soon");
        assertThat(rig.writer.waiting()).isZero();
    }

    @Test
    void whatTheModelDidNotAnswerIsNotWritten() {
        rig.send(call);
        rig.store.reply(null);
        rig.model.remove().succeed(new InferenceResponse(List.of(StageRig.tensor(1)), Origin.COALESCED));
        assertThat(rig.origins).containsExactly(Origin.COALESCED);
        assertThat(rig.writer.waiting()).isZero();
    }

    @Test
    void aRequestForAFreshAnswerIsNotLookedUpButWritten() {
        rig.send(new InferenceRequest("m", "", List.of(), List.of(), Map.of("refresh", true), call, StageRig.KEY));
        assertThat(rig.store.asked()).isZero();
        rig.answer(4);
        assertThat(rig.origins).containsExactly(Origin.BYPASS);
        rig.writer.runAll();
        assertThat(rig.store.written()).hasSize(1);
    }

    @Test
    void theCallerHasTheAnswerBeforeItIsHandedToTheWriter() {
        List<Integer> waiting = new ArrayList<>();
        rig.stage.predict(StageRig.request(StageRig.KEY, call), new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                waiting.add(rig.writer.waiting());
                response.release();
            }

            @Override
            public void fail(Failure failure) {}
        });
        rig.store.reply(null);
        rig.answer(5);
        assertThat(waiting).containsExactly(0);
        rig.writer.runAll();
        assertThat(rig.store.written().get(0).value()).isEqualTo(ByteBuffer.wrap(rig.value(StageRig.KEY, 5)));
    }

    @Test
    void aBatchsAnswersAreHandedToTheWriterTogether() {
        rig.send(call);
        rig.send(call);
        rig.store.reply(null);
        rig.store.reply(null);
        Together.run(() -> {
            rig.answer(1);
            rig.answer(2);
            assertThat(rig.writer.waiting()).isZero();
        });
        assertThat(rig.writer.waiting()).isOne();
        rig.writer.runAll();
        assertThat(rig.store.written()).hasSize(2);
    }

    @Test
    void aDefectBehindTheStageIsAnsweredAndNotThrownAtRedis() {
        Predictor broken = (request, reply) -> {
            throw new IllegalStateException("of the test");
        };
        RecordingReply reply = new RecordingReply();
        new RedisStage(rig.answers, request -> false, broken).predict(StageRig.request(StageRig.KEY, call), reply);
        rig.store.reply(null);
        assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
    }

    @Test
    void aDefectInFrontOfTheStageFailsTheRequestAndIsNotThrownAtRedis() {
        RecordingReply reply = new RecordingReply();
        rig.stage.predict(StageRig.request(StageRig.KEY, call), new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                throw new IllegalStateException("of the test");
            }

            @Override
            public void fail(Failure failure) {
                reply.fail(failure);
            }
        });
        rig.store.reply(rig.value(StageRig.KEY, 7));
        assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
    }

    @Test
    void severalKeysAreOneCommand() {
        CacheKey other = new CacheKey(3, 4);
        CacheKey third = new CacheKey(5, 6);
        List<List<Found>> found = new ArrayList<>();
        rig.answers.getAll(List.of(StageRig.KEY, other, third), call, found::add);
        rig.store.replyAll(Arrays.asList(rig.value(StageRig.KEY, 7), null, rig.value(StageRig.KEY, 8)));
        assertThat(found).hasSize(1);
        assertThat(found.get(0))
                .extracting(Found::outcome)
                .containsExactly(L2Observer.LookUp.HIT, L2Observer.LookUp.MISS, L2Observer.LookUp.RUBBISH);
        assertThat(rig.counts.lookUps()).isEqualTo(3);
    }

    @Test
    void severalKeysShareOneBudget() {
        List<List<Found>> found = new ArrayList<>();
        rig.answers.getAll(List.of(StageRig.KEY, new CacheKey(3, 4)), call, found::add);
        rig.clock.advance(StageRig.BUDGET);
        assertThat(found.get(0))
                .extracting(Found::outcome)
                .containsExactly(L2Observer.LookUp.TIMEOUT, L2Observer.LookUp.TIMEOUT);
        rig.answers.getAll(List.of(), call, found::add);
        assertThat(found.get(1)).isEmpty();
    }
}
