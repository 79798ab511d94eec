package dev.tern.server.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.local.Evicted;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.local.LocalCaches;
import dev.tern.server.cache.local.LocalObserver;
import dev.tern.server.cache.local.ShareException;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cache's stages put together as a version has them. */
class CacheStagesTest {
    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = new NoLeaks();

    private final FakeClock clock = new FakeClock();
    private final CountingObserver observer = new CountingObserver();
    private final Runs runs = new Runs();
    private final KeyHashes hashes = new KeyHashes(CacheSecret.random());
    private final LocalCaches caches = new LocalCaches(1 << 20, clock);
    private final LocalCache cache = open(scope("one"));
    private final Predictor stages = stages(scope("one"), cache, runs);

    private static CacheScope scope(String digest) {
        return CacheScope.of("runtime", digest, new byte[0]);
    }

    private LocalCache open(CacheScope scope) {
        return open(caches, scope);
    }

    static LocalCache open(LocalCaches caches, CacheScope scope) {
        try {
            return caches.open("m", scope, 0, Long.MAX_VALUE, new LocalObserver() {
                @Override
                public void changed(int entries, long bytes) {}

                @Override
                public void evicted(Evicted cause) {}
            });
        } catch (ShareException e) {
            throw new IllegalStateException(e);
        }
    }

    private Predictor stages(CacheScope scope, LocalCache local, Predictor model) {
        Predictor next = new Keeping(local, clock, observer, model);
        next = new Coalescing(clock, observer, next);
        return new LookUp(
                new RequestKeys(hashes, scope, List.of("y")),
                local,
                clock,
                new LookUpSample(0, observer, () -> true),
                next);
    }

    private RecordingReply send(Predictor to, float x, Call call, Map<String, Object> parameters) {
        RecordingReply reply = new RecordingReply();
        List<Tensor> inputs = List.of(Tensors.floats("x", Shape.of(1), x));
        to.predict(new InferenceRequest("m", "", inputs, List.of(), parameters, call), reply);
        return reply;
    }

    private RecordingReply send(float x) {
        return send(stages, x, FakeCall.patient(), Map.of());
    }

    private RecordingReply send(float x, String control) {
        return send(stages, x, FakeCall.patient(), Map.of(CacheControl.PARAMETER, control));
    }

    private static void isAnswered(RecordingReply reply, float value, Origin origin) {
        assertThat(Tensors.floats(reply.outputs().get(0))).containsExactly(value);
        assertThat(reply.origin()).isEqualTo(origin);
    }

    @Test
    void whatTheModelAnsweredIsGivenAgain() {
        RecordingReply first = send(1);
        runs.succeed(0, 7, Origin.MODEL);

        isAnswered(first, 7, Origin.MISS);
        isAnswered(send(1), 7, Origin.L1);
        assertThat(runs.count()).isEqualTo(1);
        assertThat(List.of(observer.misses(), observer.kept(), observer.hits())).containsExactly(1, 1, 1);
    }

    @Test
    void whatAFurtherLevelHadIsKeptToo() {
        RecordingReply first = send(1);
        runs.succeed(0, 7, Origin.L2);

        isAnswered(first, 7, Origin.L2);
        isAnswered(send(1), 7, Origin.L1);
        assertThat(observer.far()).isEqualTo(1);
    }

    /** Cannot be copied the first time that this is tried, as where there is no memory for it. */
    private static final class Brittle implements Payload {
        private boolean broken;

        @Override
        public long size() {
            return 1;
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            if (!broken) {
                broken = true;
                throw new OutOfMemoryError("of the test");
            }
            dst.put((byte) 7);
        }

        @Override
        public Payload retain() {
            return this;
        }

        @Override
        public void release() {}
    }

    @Test
    void anAnswerThatCannotBeKeptIsGivenAllTheSame() {
        RecordingReply first = send(1);
        RecordingReply second = send(1);
        runs.succeed(0, new InferenceResponse(List.of(new Tensor("y", DataType.UINT8, Shape.of(1), new Brittle()))));

        assertThat(Tensors.bytes(first.outputs().get(0))).containsExactly(7);
        assertThat(first.origin()).isEqualTo(Origin.MISS);
        assertThat(second.origin()).isEqualTo(Origin.COALESCED);
        RecordingReply next = send(1);
        assertThat(runs.count()).as("nobody joins what was answered").isEqualTo(2);
        runs.succeed(1, 8, Origin.MODEL);
        isAnswered(next, 8, Origin.MISS);
    }

    @Test
    void anAnswerLargerThanTheCacheIsGivenAllTheSameAndFreed() {
        LocalCaches tiny = new LocalCaches(64, clock);
        LocalCache none = open(tiny, scope("tiny"));
        Predictor small = stages(scope("tiny"), none, runs);
        for (int run = 0; run < 2; run++) {
            RecordingReply reply = send(small, 1, FakeCall.patient(), Map.of());
            runs.succeed(run, 7, Origin.MODEL);
            isAnswered(reply, 7, Origin.MISS);
        }

        assertThat(none.entries()).isZero();
        assertThat(List.of(observer.tooLarge(), observer.kept())).containsExactly(2, 0);
    }

    @Test
    void aControlThatIsNoTextIsRefused() {
        RecordingReply reply = send(stages, 1, FakeCall.patient(), Map.of(CacheControl.PARAMETER, true));

        assertThat(reply.failure().kind()).isEqualTo(Kind.INVALID_ARGUMENT);
        assertThat(reply.failure().message())
                .endsWith("parameter 'tern_cache' is 'true'; must be 'bypass' or 'refresh'");
        assertThat(runs.count()).isZero();
    }

    @Test
    void failuresAreNotKept() {
        RecordingReply failed = send(1);
        runs.fail(0, Failure.of(Kind.UNAVAILABLE, "not now"));
        assertThat(failed.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        RecordingReply again = send(1);
        runs.succeed(1, 7, Origin.MODEL);

        isAnswered(again, 7, Origin.MISS);
    }

    @Test
    void aBypassTakesAndKeepsNothingAndHasNoKey() {
        send(1);
        runs.succeed(0, 7, Origin.MODEL);
        RecordingReply bypass = send(1, "bypass");
        assertThat(runs.request(1).key()).isNull();
        runs.succeed(1, 8, Origin.MODEL);

        isAnswered(bypass, 8, Origin.BYPASS);
        isAnswered(send(1), 7, Origin.L1);
    }

    @Test
    void aRefreshTakesThePlaceOfWhatIsKept() {
        send(1);
        runs.succeed(0, 7, Origin.MODEL);
        RecordingReply refresh = send(1, "refresh");
        runs.succeed(1, 8, Origin.MODEL);

        isAnswered(refresh, 8, Origin.BYPASS);
        isAnswered(send(1), 8, Origin.L1);
    }

    @Test
    void aRefreshIsNotUndoneByARunThatBeganBefore() {
        RecordingReply before = send(1);
        RecordingReply refresh = send(1, "refresh");
        runs.succeed(1, 8, Origin.MODEL);
        runs.succeed(0, 7, Origin.MODEL);

        isAnswered(before, 7, Origin.MISS);
        isAnswered(refresh, 8, Origin.BYPASS);
        isAnswered(send(1), 8, Origin.L1);
    }

    @Test
    void norByWhatAFurtherLevelHadBefore() {
        send(1);
        send(1, "refresh");
        runs.succeed(1, 8, Origin.MODEL);
        runs.succeed(0, 7, Origin.L2);

        isAnswered(send(1), 8, Origin.L1);
    }

    @Test
    void norByWhatAFurtherLevelHadMeanwhile() {
        send(1, "refresh");
        send(1);
        runs.succeed(0, 8, Origin.MODEL);
        runs.succeed(1, 7, Origin.L2);

        isAnswered(send(1), 8, Origin.L1);
    }

    @Test
    void norByThatOfARunThatBeganMeanwhile() {
        send(1, "refresh");
        send(1);
        runs.succeed(0, 8, Origin.MODEL);
        runs.succeed(1, 9, Origin.MODEL);

        isAnswered(send(1), 8, Origin.L1);
    }

    @Test
    void aRefreshIsKeptWhateverElseIsMadeAnewMeanwhile() {
        send(1);
        runs.succeed(0, 7, Origin.MODEL);
        send(1, "refresh");
        for (int other = 2; other < 3_000; other++) {
            send(other, "refresh");
        }
        runs.succeed(1, 8, Origin.MODEL);

        isAnswered(send(1), 8, Origin.L1);
        for (int run = 2; run < runs.count(); run++) {
            runs.fail(run, Failure.of(Kind.UNAVAILABLE, "not now"));
        }
    }

    @Test
    void whoWaitsIsGivenTheKeptCopy() {
        RecordingReply first = send(1);
        RecordingReply second = send(1);
        runs.succeed(0, 7, Origin.MODEL);

        isAnswered(first, 7, Origin.MISS);
        isAnswered(second, 7, Origin.COALESCED);
        isAnswered(send(1), 7, Origin.L1);
    }

    @Test
    void anAnswerOfWhoeverHasLeftIsKeptAllTheSame() {
        FakeCall leaving = FakeCall.patient();
        RecordingReply first = send(stages, 1, leaving, Map.of());
        leaving.cancel();
        runs.succeed(0, 7, Origin.MODEL);

        assertThat(first.answers()).isEqualTo(1);
        isAnswered(send(1), 7, Origin.L1);
    }

    @Test
    void anotherScopeHasAnswersOfItsOwn() {
        Runs reloaded = new Runs();
        Predictor other = stages(scope("two"), open(scope("two")), reloaded);
        send(1);
        RecordingReply ofOther = send(other, 1, FakeCall.patient(), Map.of());
        runs.succeed(0, 7, Origin.MODEL);
        assertThat(ofOther.isAnswered()).isFalse();
        reloaded.succeed(0, 8, Origin.MODEL);

        isAnswered(ofOther, 8, Origin.MISS);
        isAnswered(send(other, 1, FakeCall.patient(), Map.of()), 8, Origin.L1);
        isAnswered(send(1), 7, Origin.L1);
    }

    /** A random schedule of arrivals, departures, answers and failures; the model answers twice what it is asked. */
    @Test
    void everybodyIsAnsweredOnceAndByValueInAnyOrderOfEvents() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Runs model = new Runs();
            Predictor all = stages(scope("seed " + seed), open(scope("seed " + seed)), model);
            List<Sent> sent = new ArrayList<>();
            int answered = 0;
            for (int step = 0; step < 200; step++) {
                int event = random.nextInt(10);
                if (event < 5) {
                    sent.add(send(all, random));
                } else if (event < 7 && !sent.isEmpty()) {
                    sent.get(random.nextInt(sent.size())).call.cancel();
                } else if (event < 8) {
                    clock.advance(random.nextInt(2_000_000));
                } else if (answered < model.count()) {
                    answer(model, answered++, random);
                }
            }
            while (answered < model.count()) {
                answer(model, answered++, random);
            }
            for (Sent each : sent) {
                each.check("seed " + seed);
            }
        }
        assertThat(observer.shared()).isGreaterThan(1_000);
        assertThat(observer.hits()).isGreaterThan(1_000);
    }

    private record Sent(float x, FakeCall call, RecordingReply reply) {
        void check(String seed) {
            assertThat(reply.answers()).as(seed).isEqualTo(1);
            if (!reply.failed()) {
                assertThat(Tensors.floats(reply.outputs().get(0))).as(seed).containsExactly(2 * x);
            }
        }
    }

    private Sent send(Predictor to, Random random) {
        float x = random.nextInt(6);
        FakeCall call = random.nextInt(3) == 0
                ? FakeCall.until(clock.nanoTime() + random.nextInt(5_000_000))
                : FakeCall.patient();
        Map<String, Object> parameters = switch (random.nextInt(8)) {
            case 0 -> Map.of(CacheControl.PARAMETER, "bypass");
            case 1 -> Map.of(CacheControl.PARAMETER, "refresh");
            case 2 -> Map.of("priority", 1L);
            default -> Map.of();
        };
        return new Sent(x, call, send(to, x, call, parameters));
    }

    private static void answer(Runs model, int run, Random random) {
        if (random.nextInt(4) == 0) {
            Kind[] kinds = {Kind.CANCELLED, Kind.DEADLINE_EXCEEDED, Kind.UNAVAILABLE};
            model.fail(run, Failure.of(kinds[random.nextInt(kinds.length)], "by chance"));
        } else {
            float x = Tensors.floats(model.request(run).inputs().get(0))[0];
            model.succeed(run, 2 * x, Origin.MODEL);
        }
    }
}
