package dev.tern.server.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.local.Evicted;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.local.LocalCaches;
import dev.tern.server.cache.local.LocalObserver;
import dev.tern.server.cache.local.ShareException;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cache's stages of a model that is cached by rows. */
class RowCachingTest {
    private static final Failure BUSY = Failure.of(Kind.UNAVAILABLE, "busy");

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = new NoLeaks();

    private final FakeClock clock = new FakeClock();
    private final CountingObserver observer = new CountingObserver();
    private final RowModel model = new RowModel();
    private final KeyHashes hashes = new KeyHashes(CacheSecret.random());
    private final LocalCache cache = open(1 << 20);
    private final Predictor stages = stages(cache, RowLevel.NONE, model);

    private LocalCache open(long maxBytes) {
        return open(maxBytes, Long.MAX_VALUE);
    }

    private LocalCache open(long maxBytes, long ttlNanos) {
        try {
            return new LocalCaches(maxBytes, clock).open("m", scope(), 0, ttlNanos, new LocalObserver() {
                @Override
                public void changed(int entries, long bytes) {}

                @Override
                public void evicted(Evicted cause) {}
            });
        } catch (ShareException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CacheScope scope() {
        return CacheScope.of("runtime", "digest", new byte[0]);
    }

    private Predictor stages(LocalCache local, RowLevel far, Predictor next) {
        RequestKeys keys = new RequestKeys(hashes, scope(), RowModel.OUTPUTS);
        Predictor rows = new RowCaching(keys, local, far, clock, observer, next);
        return new LookUp(
                keys, null, clock, new LookUpSample(0, observer, () -> true), new Coalescing(clock, observer, rows));
    }

    private static InferenceRequest request(Map<String, Object> parameters, List<String> outputs, int... rows) {
        return new InferenceRequest("m", "", RowModel.inputs(rows), outputs, parameters, FakeCall.patient());
    }

    private static RecordingReply send(Predictor to, InferenceRequest request) {
        RecordingReply reply = new RecordingReply();
        to.predict(request, reply);
        return reply;
    }

    private RecordingReply send(int... rows) {
        return send(stages, request(Map.of(), List.of(), rows));
    }

    /** Byte for byte what the model alone answers. */
    private static void isRight(RecordingReply reply, InferenceRequest request) {
        List<Tensor> expected = RowModel.outputs(request);
        List<Tensor> given = reply.outputs();
        assertThat(given).hasSameSizeAs(expected);
        for (int i = 0; i < given.size(); i++) {
            assertThat(given.get(i).name()).isEqualTo(expected.get(i).name());
            assertThat(given.get(i).type()).isEqualTo(expected.get(i).type());
            assertThat(given.get(i).shape()).isEqualTo(expected.get(i).shape());
            assertThat(Tensors.bytes(given.get(i))).isEqualTo(Tensors.bytes(expected.get(i)));
            expected.get(i).data().release();
        }
    }

    private static void isAnswered(RecordingReply reply, Origin origin, int... rows) {
        isRight(reply, request(Map.of(), List.of(), rows));
        assertThat(reply.origin()).isEqualTo(origin);
    }

    @Test
    void onlyMissingRowsAreComputedAndTheAnswerIsInOrder() {
        isAnswered(send(1, 2, 3), Origin.MISS, 1, 2, 3);
        isAnswered(send(5, 2, 4, 1), Origin.MISS, 5, 2, 4, 1);
        isAnswered(send(4, 3, 2, 1, 5), Origin.L1, 4, 3, 2, 1, 5);

        assertThat(model.rowsComputed()).isEqualTo(5);
        assertThat(observer.rows()).containsExactly(7, 0, 5, 0);
        assertThat(List.of(observer.hits(), observer.misses())).containsExactly(1, 2);
    }

    @Test
    void rowsThatAreAlikeAreComputedOnce() {
        isAnswered(send(1, 2, 1, 1), Origin.MISS, 1, 2, 1, 1);
        isAnswered(send(2, 2), Origin.L1, 2, 2);

        assertThat(model.rowsComputed()).isEqualTo(2);
        assertThat(observer.rows()).containsExactly(1, 0, 2, 3);
    }

    @Test
    void rowsOfAFailedRequestAreNotKept() {
        Runs runs = new Runs();
        Predictor failing = stages(cache, RowLevel.NONE, runs);
        send(1);
        RecordingReply failed = send(failing, request(Map.of(), List.of(), 1, 2, 3));
        assertThat(runs.request(0).inputs().get(0).shape()).isEqualTo(Shape.of(2, 2));
        assertThat(runs.request(0).key()).isNull();
        runs.failing(0, BUSY);
        assertThat(failed.early()).isEqualTo(BUSY);
        runs.fail(0, BUSY);

        assertThat(failed.failure()).isEqualTo(BUSY);
        isAnswered(send(1, 2, 3), Origin.MISS, 1, 2, 3);
        assertThat(model.rowsComputed()).isEqualTo(3);
    }

    @Test
    void rowsHaveAnotherKeyWithOtherOutputsOrParameters() {
        send(1, 2);
        for (InferenceRequest other : List.of(
                request(Map.of(), List.of("y"), 1, 2),
                request(Map.of(), List.of("loud", "y"), 1, 2),
                request(Map.of("temperature", 1.0), List.of(), 1, 2))) {
            RecordingReply reply = send(stages, other);
            isRight(reply, other);
            assertThat(reply.origin()).isEqualTo(Origin.MISS);
        }
        assertThat(send(stages, request(Map.of(), List.of("y", "loud"), 2, 1)).origin())
                .isEqualTo(Origin.L1);
    }

    @Test
    void aBypassNeitherTakesNorKeepsAndARefreshComputesAnew() {
        Map<String, Object> bypass = Map.of(CacheControl.PARAMETER, "bypass");
        assertThat(send(stages, request(bypass, List.of(), 1, 2)).origin()).isEqualTo(Origin.BYPASS);
        isAnswered(send(1), Origin.MISS, 1);
        InferenceRequest refresh = request(Map.of(CacheControl.PARAMETER, "refresh"), List.of(), 1, 2);
        RecordingReply refreshed = send(stages, refresh);

        isRight(refreshed, refresh);
        assertThat(refreshed.origin()).isEqualTo(Origin.BYPASS);
        assertThat(model.rowsComputed()).isEqualTo(5);
        isAnswered(send(2, 1), Origin.L1, 2, 1);
    }

    @Test
    void rowsMadeAnewStayWhenARunThatBeganBeforeEnds() {
        List<Reply> under = new ArrayList<>();
        FarRows far = new FarRows();
        Predictor held = stages(cache, far, (request, reply) -> under.add(reply));
        RecordingReply before = send(held, request(Map.of(), List.of(), 1));
        far.reply();
        RecordingReply refreshed = send(held, request(Map.of(CacheControl.PARAMETER, "refresh"), List.of(), 1));
        model.predict(request(Map.of(), List.of(), 2), under.get(1));
        model.predict(request(Map.of(), List.of(), 1), under.get(0));

        isAnswered(before, Origin.MISS, 1);
        isAnswered(refreshed, Origin.BYPASS, 2);
        isAnswered(send(held, request(Map.of(), List.of(), 1)), Origin.L1, 2);
    }

    @Test
    void anOutputWithoutABatchDimensionIsAnsweredAndNothingKept() {
        for (int i = 0; i < 2; i++) {
            InferenceRequest request = request(Map.of(), List.of("y", "rows"), 1, 1, 2);
            RecordingReply reply = send(stages, request);
            isRight(reply, request);
            assertThat(reply.origin()).isEqualTo(Origin.MISS);
        }
        // Once as a smaller request, then as it is.
        assertThat(model.rowsComputed()).isEqualTo(2 + 3 + 3);
        assertThat(cache.entries()).isZero();
    }

    @Test
    void manyRowsGoOnAsTheyAre() {
        int[] rows = new int[RowCaching.MAX_ROWS + 1];
        isAnswered(send(rows), Origin.MISS, rows);
        isAnswered(send(), Origin.MISS);

        assertThat(model.rowsComputed()).isEqualTo(rows.length);
        assertThat(cache.entries()).isZero();
    }

    /** Memory runs out when a third reference is taken, in the middle of a cut into rows. */
    private static final class Scarce implements Payload {
        private int retained;
        private int references = 1;

        @Override
        public long size() {
            return 3 * Float.BYTES;
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            while (dst.hasRemaining()) {
                dst.put((byte) 0);
            }
        }

        @Override
        public Payload retain() {
            retained++;
            if (retained == 3) {
                throw new OutOfMemoryError("of the test");
            }
            references++;
            return this;
        }

        @Override
        public void release() {
            references--;
        }
    }

    @Test
    void anAnswerThatCannotBeCutIsGivenAllTheSameAndFreed() {
        Runs runs = new Runs();
        Scarce scarce = new Scarce();
        RecordingReply reply = send(stages(cache, RowLevel.NONE, runs), request(Map.of(), List.of("y"), 1, 2, 3));
        runs.succeed(0, new InferenceResponse(List.of(new Tensor("y", DataType.FP32, Shape.of(3, 1), scarce))));

        assertThat(reply.origin()).isEqualTo(Origin.MISS);
        assertThat(scarce.retained).as("cut").isEqualTo(3);
        assertThat(scarce.references).isZero();
        assertThat(cache.entries()).isZero();
    }

    @Test
    void aDefectFurtherOnIsAnswered() {
        Predictor broken = stages(cache, RowLevel.NONE, (request, reply) -> {
            throw new IllegalStateException("expected by this test");
        });
        for (int rows : new int[] {1, RowCaching.MAX_ROWS + 1}) {
            RecordingReply reply = send(broken, request(Map.of(), List.of(), new int[rows]));
            assertThat(reply.failure().kind()).as(rows + " rows").isEqualTo(Kind.INTERNAL);
        }
        isAnswered(send(0), Origin.MISS, 0);
    }

    @Test
    void whatIsClearedWhileItIsComputedIsNotGivenOut() {
        Runs runs = new Runs();
        RecordingReply reply = send(stages(cache, RowLevel.NONE, runs), request(Map.of(), List.of("y"), 1));
        cache.clear();
        runs.succeed(0, 7);

        assertThat(reply.isAnswered()).isTrue();
        assertThat(send(stages, request(Map.of(), List.of("y"), 1)).origin()).isEqualTo(Origin.MISS);
    }

    @Test
    void aCacheWithoutRoomAnswersAllTheSame() {
        Predictor none = stages(open(0), RowLevel.NONE, model);
        for (int i = 0; i < 2; i++) {
            isAnswered(send(none, request(Map.of(), List.of(), 3, 4, 3)), Origin.MISS, 3, 4, 3);
        }
        assertThat(model.rowsComputed()).isEqualTo(4);
        assertThat(observer.tooLarge()).isEqualTo(2);
    }

    @Test
    void aFurtherLevelIsAskedOnceForAllAndGivenWhatItDoesNotHave() {
        FarRows far = new FarRows();
        Predictor first = stages(open(1 << 20), far, model);
        RecordingReply computed = send(first, request(Map.of(), List.of(), 1, 2));
        assertThat(computed.isAnswered()).isFalse();
        assertThat(far.reply()).isTrue();
        isAnswered(computed, Origin.MISS, 1, 2);
        assertThat(far.size()).isEqualTo(2);

        Predictor second = stages(cache, far, model);
        RecordingReply shared = send(second, request(Map.of(), List.of(), 2, 1));
        far.reply();
        isAnswered(shared, Origin.L2, 2, 1);
        isAnswered(send(second, request(Map.of(), List.of(), 2, 1)), Origin.L1, 2, 1);
        far.isWell(false);
        RecordingReply mixed = send(second, request(Map.of(), List.of(), 1, 3));
        far.reply();
        isAnswered(mixed, Origin.MISS, 1, 3);

        assertThat(far.commands()).isEqualTo(3);
        assertThat(far.size()).isEqualTo(2);
        assertThat(observer.rows()).containsExactly(3, 2, 3, 0);
    }

    @Test
    void whatAFurtherLevelHadForAWhileIsKeptForTheRestOfItsTime() {
        FarRows far = new FarRows();
        far.age(40);
        send(stages(open(1 << 20), far, model), request(Map.of(), List.of(), 1));
        far.reply();
        Predictor brief = stages(open(1 << 20, 50), far, model);
        RecordingReply found = send(brief, request(Map.of(), List.of(), 1));
        far.reply();
        isAnswered(found, Origin.L2, 1);
        clock.advance(9);
        isAnswered(send(brief, request(Map.of(), List.of(), 1)), Origin.L1, 1);
        clock.advance(1);
        RecordingReply again = send(brief, request(Map.of(), List.of(), 1));
        assertThat(far.reply()).as("asked for again").isTrue();
        isAnswered(again, Origin.L2, 1);
    }

    @Test
    void theCallerIsAnsweredBeforeRowsAreWritten() {
        List<Boolean> answered = new ArrayList<>();
        for (int[] rows : List.of(new int[] {1, 2}, new int[] {3, 3, 1})) {
            RecordingReply reply = new RecordingReply();
            RowLevel far = new RowLevel() {
                @Override
                public void getAll(List<CacheKey> keys, Call call, Consumer<List<Row>> to) {
                    to.accept(keys.stream().map(key -> new Row(null, true)).toList());
                }

                @Override
                public void put(CacheKey key, InferenceResponse row, Asked asked) {
                    answered.add(reply.isAnswered());
                }
            };
            stages(cache, far, model).predict(request(Map.of(), List.of(), rows), reply);
        }
        // The whole request, then a part of one.
        assertThat(answered).containsExactly(true, true, true);
    }

    /** Requests over a few rows, of which many are under way at a time, with failures, clearing and two levels. */
    @Test
    void everyAnswerIsTheModelsOwnInAnyOrderOfEvents() {
        long asked = 0;
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            FarRows far = new FarRows();
            List<Runnable> runs = new ArrayList<>();
            LocalCache local = open(random.nextInt(4) == 0 ? 4096 : 1 << 20);
            Predictor to = stages(
                    local,
                    random.nextBoolean() ? far : RowLevel.NONE,
                    (request, reply) -> runs.add(() -> answer(request, reply, random)));
            List<InferenceRequest> requests = new ArrayList<>();
            List<RecordingReply> replies = new ArrayList<>();
            for (int step = 0; step < 100; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        requests.add(request(random));
                        replies.add(send(to, requests.get(requests.size() - 1)));
                        asked += requests.get(requests.size() - 1)
                                .inputs()
                                .get(0)
                                .shape()
                                .dim(0);
                    }
                    case 3 -> far.isWell(random.nextInt(4) > 0);
                    case 4 -> {
                        if (random.nextInt(20) == 0) {
                            local.clear();
                        }
                    }
                    case 5 -> far.reply();
                    default -> {
                        if (!runs.isEmpty()) {
                            runs.remove(random.nextInt(runs.size())).run();
                        }
                    }
                }
            }
            while (far.reply() || !runs.isEmpty()) {
                if (!runs.isEmpty()) {
                    runs.remove(0).run();
                }
            }
            for (int i = 0; i < replies.size(); i++) {
                assertThat(replies.get(i).answers()).as("seed " + seed).isEqualTo(1);
                if (!replies.get(i).failed()) {
                    isRight(replies.get(i), requests.get(i));
                }
            }
        }
        long[] rows = observer.rows();
        assertThat(Arrays.stream(rows).min().orElseThrow()).isGreaterThan(1_000);
        assertThat(rows[2]).isLessThan(asked);
    }

    private static InferenceRequest request(Random random) {
        Map<String, Object> parameters = switch (random.nextInt(12)) {
            case 0 -> Map.of(CacheControl.PARAMETER, "bypass");
            case 1 -> Map.of(CacheControl.PARAMETER, "refresh");
            default -> Map.of();
        };
        List<String> outputs = switch (random.nextInt(4)) {
            case 0 -> List.of("loud");
            case 1 -> List.of("loud", "y");
            default -> List.of();
        };
        int[] rows = IntStream.range(0, random.nextInt(7))
                .map(row -> random.nextInt(12))
                .toArray();
        return request(parameters, outputs, rows);
    }

    private static void answer(InferenceRequest request, Reply reply, Random random) {
        if (random.nextInt(8) == 0) {
            reply.fail(BUSY);
        } else {
            new RowModel().predict(request, reply);
        }
    }
}
