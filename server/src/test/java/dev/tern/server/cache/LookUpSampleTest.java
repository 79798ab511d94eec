package dev.tern.server.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.local.LocalCaches;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.tensor.ByteSink;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookUpSampleTest {
    private static final double MIN_HIT_RATIO = 0.01;

    private final CountingObserver observer = new CountingObserver();
    private boolean live = true;
    private final LookUpSample sample = new LookUpSample(MIN_HIT_RATIO, observer, () -> live);

    private static InferenceRequest request(Tensor... inputs) {
        return new InferenceRequest("m", "", List.of(inputs), List.of(), Map.of(), FakeCall.patient());
    }

    private static InferenceRequest request(float x) {
        return request(Tensors.floats("x", Shape.of(1), x));
    }

    /** A window of requests that differ, of which so many of a hundred are found; returns how many were looked up. */
    private int window(int foundOfHundred) {
        int looked = 0;
        for (int i = 0; i < LookUpSample.WINDOW; i++) {
            if (sample.takes(request(i))) {
                looked++;
                count(looked % 100 < foundOfHundred);
            }
        }
        return looked;
    }

    private void count(boolean found) {
        if (found) {
            sample.hit(1);
        } else {
            sample.missed(1);
        }
    }

    /** About one request in so many, as chance has it. */
    private static void isASample(int looked) {
        int expected = LookUpSample.WINDOW / LookUpSample.ONE_IN;
        assertThat(looked).isBetween(expected * 4 / 5, expected * 6 / 5);
    }

    /** All but the last, perhaps, with which a window is judged. */
    private static void areAll(int looked) {
        assertThat(looked).isBetween(LookUpSample.WINDOW - 1, LookUpSample.WINDOW);
    }

    @Test
    void allAreLookedUpWhileEnoughIsFound() {
        window(2);
        assertThat(window(2)).isEqualTo(LookUpSample.WINDOW);
        assertThat(window(2)).isEqualTo(LookUpSample.WINDOW);
        assertThat(observer.sparedRequests()).isZero();
    }

    @Test
    void oneInSixteenIsLookedUpWhileHardlyAnyIsFound() {
        window(0);
        int before = observer.sparedRequests();
        int looked = window(0);

        isASample(looked);
        assertThat(observer.sparedRequests() - before).isEqualTo(LookUpSample.WINDOW - looked);
    }

    @Test
    void allAreLookedUpAgainOnceTheSampleFindsThem() {
        window(0);
        isASample(window(2));

        assertThat(window(2)).isEqualTo(LookUpSample.WINDOW);
    }

    @Test
    void whatAFurtherLevelHasIsFound() {
        window(0);
        for (int i = 0; i < LookUpSample.WINDOW; i++) {
            if (sample.takes(request(i))) {
                sample.missed(1);
                sample.foundFar();
            }
        }

        areAll(window(0));
    }

    @Test
    void whatOthersComputeMeanwhileIsFound() {
        window(0);
        for (int i = 0; i < LookUpSample.WINDOW; i++) {
            if (sample.takes(request(i))) {
                sample.missed(1);
                sample.coalesced();
            }
        }

        areAll(window(0));
    }

    @Test
    void whatTheServerWarmsItselfUpWithSaysNothing() {
        live = false;
        window(0);
        assertThat(window(0)).isEqualTo(LookUpSample.WINDOW);
        live = true;

        assertThat(window(2)).isEqualTo(LookUpSample.WINDOW);
        areAll(window(2));
    }

    @Test
    void aRequestThatHasBecomePopularIsNotLeftOutForEver() {
        long missed = IntStream.range(0, 20)
                .filter(popular -> !isLookedUpWithin(popular, 200))
                .count();

        assertThat(missed).isZero();
    }

    /** Whether the request, as every other of the traffic, comes into one of the samples of so many windows. */
    private boolean isLookedUpWithin(int popular, int windows) {
        LookUpSample fresh = new LookUpSample(MIN_HIT_RATIO, observer, () -> true);
        for (int i = 0; i < LookUpSample.WINDOW; i++) {
            if (fresh.takes(request(i))) {
                fresh.missed(1);
            }
        }
        InferenceRequest request = request(popular);
        for (int i = 0; i < windows * LookUpSample.WINDOW; i++) {
            if (fresh.takes(request)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void equalRequestsAreInTheSampleTogether() {
        window(0);
        InferenceRequest request = request(3);
        boolean first = sample.takes(request);

        for (int i = 0; i < 100; i++) {
            assertThat(sample.takes(request(3))).isEqualTo(first);
        }
    }

    @Test
    void theOrderOfInputsDoesNotMatterButTheirBytesDo() {
        Tensor a = Tensors.floats("a", Shape.of(2), 1, 2);
        Tensor b = Tensors.floats("b", Shape.of(1), 3);
        Fingerprint fingerprint = Fingerprint.ofThisThread();

        assertThat(fingerprint.of(request(a, b), 1)).isEqualTo(fingerprint.of(request(b, a), 1));
        assertThat(fingerprint.of(request(a, b), 1)).isNotEqualTo(fingerprint.of(request(a, b), 2));
        assertThat(fingerprint.of(request(a), 1)).isNotEqualTo(fingerprint.of(request(b), 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5_000, 9_999})
    void ofLargeInputsPiecesAllOverCount(int place) {
        float[] values = new float[10_000];
        long before = fingerprint(Tensors.floats("x", Shape.of(values.length), values));
        // The middle piece lies somewhere near.
        for (int i = Math.max(0, place - 1_000); i <= place; i++) {
            values[i] = 1;
        }

        assertThat(fingerprint(Tensors.floats("x", Shape.of(values.length), values)))
                .isNotEqualTo(before);
    }

    private static long fingerprint(Tensor input) {
        return Fingerprint.ofThisThread().of(request(input), 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 4_001})
    void equalBytesAreEqualWhereverTheyLie(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        Payload heap = HeapPayload.wrap(bytes);
        ByteBuffer direct = ByteBuffer.allocateDirect(size).put(bytes);

        long expected = fingerprint(new Tensor("x", DataType.UINT8, Shape.of(size), heap));
        assertThat(fingerprint(new Tensor("x", DataType.UINT8, Shape.of(size), new InPieces(heap, direct, size))))
                .isEqualTo(expected);
        assertThat(fingerprint(new Tensor("x", DataType.UINT8, Shape.of(size), new InPieces(heap, direct, 5))))
                .isEqualTo(expected);
    }

    /** Shows a big-endian direct buffer, in pieces of some bytes. */
    private record InPieces(Payload bytes, ByteBuffer direct, int pieceBytes) implements Payload {
        @Override
        public void show(long from, long length, ByteSink sink) {
            for (int at = (int) from; at < from + length; at += pieceBytes) {
                sink.bytes(direct, at, (int) Math.min(pieceBytes, from + length - at));
            }
        }

        @Override
        public long size() {
            return bytes.size();
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            bytes.copyTo(from, dst);
        }

        @Override
        public Payload retain() {
            return this;
        }

        @Override
        public void release() {}
    }

    @Test
    void noneIsSparedWithoutALimit() {
        LookUpSample always = new LookUpSample(0, observer, () -> true);
        for (int i = 0; i < 3 * LookUpSample.WINDOW; i++) {
            assertThat(always.takes(request(i))).isTrue();
            always.missed(1);
        }
        assertThat(observer.sparedRequests()).isZero();
    }

    @Test
    void whatIsSparedIsAMissThatIsNotKept() {
        FakeClock clock = new FakeClock();
        CacheScope scope = CacheScope.of("runtime", "model", new byte[0]);
        Runs runs = new Runs();
        LocalCache cache = CacheStagesTest.open(new LocalCaches(1 << 20, clock), scope);
        RequestKeys keys = new RequestKeys(new KeyHashes(CacheSecret.random()), scope, List.of("y"));
        Predictor stages = new LookUp(keys, cache, clock, sample, new Keeping(cache, clock, sample, runs));
        window(0);
        int before = observer.sparedRequests();

        List<Origin> origins = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RecordingReply reply = new RecordingReply();
            stages.predict(request(i), reply);
            runs.succeed(i, i, Origin.MODEL);
            origins.add(reply.origin());
        }

        assertThat(origins).containsOnly(Origin.MISS);
        int lookedUp = origins.size() - (observer.sparedRequests() - before);
        assertThat(cache.entries()).isEqualTo(lookedUp).isBetween(1L, 40L);
    }
}
