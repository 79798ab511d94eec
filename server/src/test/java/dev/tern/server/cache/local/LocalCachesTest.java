package dev.tern.server.cache.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.server.cache.Asked;
import dev.tern.server.cache.CacheScope;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LocalCachesTest {
    private static final long FOR_EVER = Long.MAX_VALUE;
    private static final CacheScope SCOPE = new CacheScope(1, 2, 3, 4);
    private static final CacheScope OTHER_SCOPE = new CacheScope(4, 3, 2, 1);

    private final FakeClock clock = new FakeClock();
    private final LocalCaches caches = new LocalCaches(1 << 20, clock);
    private final Changes changes = new Changes();

    /** Adds up what it is told. */
    private static final class Changes implements LocalObserver {
        private final List<Evicted> evicted = new ArrayList<>();
        private int entries;
        private long bytes;

        @Override
        public void changed(int more, long moreBytes) {
            entries += more;
            bytes += moreBytes;
        }

        @Override
        public void evicted(Evicted cause) {
            evicted.add(cause);
        }
    }

    private LocalCache open(String model) throws ShareException {
        return open(model, 0);
    }

    private LocalCache open(String model, double share) throws ShareException {
        return caches.open(model, SCOPE, share, FOR_EVER, changes);
    }

    private static CacheKey key(long number) {
        return new CacheKey(number * 0x9E3779B97F4A7C15L, number);
    }

    private static InferenceResponse answer(int bytes) {
        return new InferenceResponse(List.of(Tensors.raw("y", DataType.UINT8, Shape.of(bytes), new byte[bytes])));
    }

    private static void put(LocalCache cache, long number, int bytes) {
        Objects.requireNonNull(cache.put(key(number), answer(bytes), cache.asked(key(number))));
    }

    @Test
    void keepsCopies() throws Exception {
        LocalCache cache = open("m");
        byte[] y = {1, 2};
        byte[] z = {3};
        cache.put(
                key(1),
                new InferenceResponse(List.of(
                        Tensors.raw("y", DataType.UINT8, Shape.of(2), y),
                        Tensors.raw("z", DataType.UINT8, Shape.of(1, 1), z))),
                cache.asked(key(1)));
        y[0] = 9;
        List<Tensor> kept = Objects.requireNonNull(cache.get(key(1))).outputs();

        assertThat(Tensors.bytes(kept.get(0))).containsExactly(1, 2);
        assertThat(Tensors.bytes(kept.get(1))).containsExactly(3);
        assertThat(kept.get(1).shape()).isEqualTo(Shape.of(1, 1));
        assertThat(cache.get(key(2))).isNull();
    }

    @Test
    void staysWithinItsBytes() throws Exception {
        LocalCache cache = open("m");
        for (int i = 0; i < 5_000; i++) {
            put(cache, i, 1_000);
            assertThat(cache.bytes()).isLessThanOrEqualTo((1 << 20) + 2_000);
        }

        assertThat(cache.bytes()).isBetween((1 << 20) * 9L / 10, 1L << 20);
        assertThat(changes.bytes).isEqualTo(cache.bytes());
        assertThat((long) changes.entries).isEqualTo(cache.entries());
        assertThat(changes.evicted).hasSize(5_000 - changes.entries).containsOnly(Evicted.SIZE);
    }

    @Test
    void whatIsAskedForOftenStays() throws Exception {
        LocalCache cache = open("m");
        for (int i = 0; i < 10_000; i++) {
            if (cache.get(key(0)) == null) {
                put(cache, 0, 1_000);
            }
            put(cache, 1_000 + i, 1_000);
        }

        assertThat(cache.get(key(0))).isNotNull();
    }

    @Test
    void anAnswerLargerThanAllIsNotCopied() throws Exception {
        LocalCache cache = open("m");

        assertThat(cache.put(key(1), answer(1 << 20), cache.asked(key(1)))).isNull();
        assertThat(cache.entries()).isZero();
    }

    @Test
    void nothingIsKeptInNoMemory() throws Exception {
        LocalCache cache = new LocalCaches(0, clock).open("m", SCOPE, 0, FOR_EVER, changes);

        assertThat(cache.put(key(1), answer(1), cache.asked(key(1)))).isNull();
    }

    @Test
    void whatCouldNotBePutIsNotCounted() throws Exception {
        AtomicBoolean memoryIsOut = new AtomicBoolean();
        Clock brittle = new Clock() {
            @Override
            public long nanoTime() {
                if (memoryIsOut.get()) {
                    throw new OutOfMemoryError("of the test");
                }
                return 0;
            }

            @Override
            public void schedule(long atNanos, Runnable task) {}
        };
        LocalCache cache = new LocalCaches(1 << 20, brittle).open("m", SCOPE, 0, FOR_EVER, changes);
        memoryIsOut.set(true);
        assertThatThrownBy(() -> put(cache, 1, 10)).isInstanceOf(OutOfMemoryError.class);
        memoryIsOut.set(false);

        assertThat(cache.entries()).isZero();
        assertThat(cache.bytes()).isZero();
        assertThat(List.of(changes.entries, (int) changes.bytes)).containsExactly(0, 0);
        put(cache, 1, 10);
        assertThat(changes.entries).isEqualTo(1);
    }

    @Test
    void answersGoWhenTheirTimeIsOver() throws Exception {
        LocalCache brief = caches.open("brief", SCOPE, 0, TimeUnit.SECONDS.toNanos(5), changes);
        LocalCache lasting = open("lasting");
        put(brief, 1, 10);
        put(lasting, 2, 10);
        clock.advance(TimeUnit.SECONDS.toNanos(4));
        assertThat(brief.get(key(1))).isNotNull();
        clock.advance(TimeUnit.SECONDS.toNanos(1));

        assertThat(brief.get(key(1))).as("reading it has given it no more time").isNull();
        assertThat(lasting.get(key(2))).isNotNull();
        put(lasting, 3, 10);
        assertThat(changes.evicted).containsExactly(Evicted.EXPIRED);
        clock.advance(TimeUnit.DAYS.toNanos(1_000));
        assertThat(lasting.get(key(2))).isNotNull();
    }

    @Test
    void anAnswerMadeAnewHasAllOfItsTime() throws Exception {
        LocalCache cache = caches.open("m", SCOPE, 0, TimeUnit.SECONDS.toNanos(5), changes);
        put(cache, 1, 10);
        clock.advance(TimeUnit.SECONDS.toNanos(4));
        put(cache, 1, 10);
        clock.advance(TimeUnit.SECONDS.toNanos(4));
        assertThat(cache.get(key(1))).isNotNull();
        clock.advance(TimeUnit.SECONDS.toNanos(1));

        assertThat(cache.get(key(1))).isNull();
    }

    /** Whatever is put, replaced, evicted and cleared at a time: what is counted in the end is what is there. */
    @Test
    void countsAreRightWhateverHappensAtATime() throws Exception {
        LongAdder entries = new LongAdder();
        LongAdder bytes = new LongAdder();
        LocalCache cache = new LocalCaches(1 << 16, clock).open("m", SCOPE, 0, FOR_EVER, new LocalObserver() {
            @Override
            public void changed(int more, long moreBytes) {
                entries.add(more);
                bytes.add(moreBytes);
            }

            @Override
            public void evicted(Evicted cause) {}
        });
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> ends = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(thread);
            ends.add(threads.submit(() -> {
                for (int i = 0; i < 5_000; i++) {
                    if (random.nextInt(500) == 0) {
                        long unused = cache.clear();
                    } else {
                        put(cache, random.nextInt(200), random.nextInt(1_000));
                    }
                }
            }));
        }
        for (Future<?> end : ends) {
            end.get(1, TimeUnit.MINUTES);
        }
        threads.shutdown();
        // What was cleared under way goes when it is looked at, and what is over the bytes at the next occasion.
        LongStream.range(0, 200).forEach(number -> cache.get(key(number)));
        long left = LongStream.range(0, 200)
                .filter(number -> cache.get(key(number)) != null)
                .count();

        assertThat(left).isPositive();
        assertThat(cache.entries()).isEqualTo(left).isEqualTo(entries.sum());
        assertThat(cache.bytes()).isEqualTo(bytes.sum());
        cache.close();
        assertThat(List.of(entries.sum(), bytes.sum())).containsExactly(0L, 0L);
    }

    @Test
    void anAnswerThatHasAnAgeIsKeptForTheRest() throws Exception {
        LocalCache brief = caches.open("brief", SCOPE, 0, TimeUnit.SECONDS.toNanos(5), changes);
        LocalCache lasting = open("lasting");
        putAged(brief, 1, TimeUnit.SECONDS.toNanos(3));
        putAged(brief, 2, TimeUnit.SECONDS.toNanos(5));
        putAged(lasting, 3, TimeUnit.DAYS.toNanos(1_000));
        assertThat(brief.get(key(2))).as("too old already").isNull();
        clock.advance(TimeUnit.SECONDS.toNanos(2) - 1);
        assertThat(brief.get(key(1))).isNotNull();
        clock.advance(1);

        assertThat(brief.get(key(1))).isNull();
        assertThat(lasting.get(key(3))).isNotNull();
    }

    private static void putAged(LocalCache cache, long number, long ageNanos) {
        InferenceResponse aged = new InferenceResponse(answer(10).outputs(), Origin.L2, null, ageNanos);
        assertThat(cache.put(key(number), aged, cache.asked(key(number)))).isNotNull();
    }

    @Test
    void whatGoesElsewhereGoesHere() throws Exception {
        LocalCache cache = open("m");
        put(cache, 1, 10);
        put(cache, 2, 10);
        put(cache, 3, 10);
        cache.invalidate(key(1));
        cache.invalidate(key(9));
        assertThat(cache.get(key(1))).isNull();
        assertThat(cache.get(key(2))).isNotNull();
        assertThat(changes.evicted).containsExactly(Evicted.INVALIDATED);
        Asked before = cache.asked(key(4));
        cache.outdate(Evicted.UNTRACKED);
        put(cache, 4, 10);
        assertThat(changes.entries).as("until they are looked for").isEqualTo(3);
        cache.sweep();
        assertThat(changes.evicted).containsExactly(Evicted.INVALIDATED, Evicted.UNTRACKED, Evicted.UNTRACKED);
        assertThat(before.isCurrent(cache.asked(key(4)))).isFalse();
        assertThat(changes.entries).isOne();
        assertThat(cache.get(key(4))).as("of after").isNotNull();
    }

    @Test
    void anAnswerMadeAnewTakesThePlaceOfTheOld() throws Exception {
        LocalCache cache = open("m");
        put(cache, 1, 10);
        put(cache, 1, 20);

        assertThat(cache.entries()).isEqualTo(1);
        Shape shape = answer(20).outputs().get(0).shape();
        assertThat(cache.bytes())
                .isEqualTo(Weights.of(answer(20).outputs()) + Weights.ofNew(new Shape[] {shape}, new Shape[0]));
        assertThat(changes.evicted).isEmpty();
    }

    @Test
    void clearingIsOfOneModelAndOfWhatIsUnderWay() throws Exception {
        LocalCache cache = open("m");
        LocalCache second = caches.open("m", OTHER_SCOPE, 0, FOR_EVER, changes);
        LocalCache other = open("other");
        put(cache, 1, 10);
        put(second, 2, 10);
        put(other, 3, 10);
        Asked before = cache.asked(key(4));

        assertThat(cache.clear()).isEqualTo(2);
        assertThat(second.get(key(2))).isNull();
        assertThat(other.get(key(3))).isNotNull();
        assertThat(changes.evicted).containsExactly(Evicted.CLEARED, Evicted.CLEARED);
        cache.put(key(4), answer(1), before);
        assertThat(cache.entries()).as("asked for before the clearing").isEqualTo(0);
        assertThat(cache.get(key(4))).isNull();
        put(cache, 5, 1);
        assertThat(cache.get(key(5))).isNotNull();
    }

    @Test
    void equalModelsOfDifferentNamesKeepTheirAnswersSideBySide() throws Exception {
        LocalCache one = open("one");
        LocalCache two = open("two");
        put(one, 1, 10);
        put(two, 1, 20);

        assertThat(Objects.requireNonNull(one.get(key(1)))
                        .outputs()
                        .get(0)
                        .data()
                        .size())
                .isEqualTo(10);
        assertThat(Objects.requireNonNull(two.get(key(1)))
                        .outputs()
                        .get(0)
                        .data()
                        .size())
                .isEqualTo(20);
    }

    @Test
    void aClosedVersionsAnswersGoUnlessAnEqualOneIsOpen() throws Exception {
        LocalCache cache = open("m");
        LocalCache reloaded = open("m");
        LocalCache changed = caches.open("m", OTHER_SCOPE, 0, FOR_EVER, changes);
        put(cache, 1, 10);
        put(changed, 2, 10);
        cache.close();
        assertThat(reloaded.get(key(1))).isNotNull();
        reloaded.close();

        assertThat(changed.get(key(1))).isNull();
        assertThat(changed.get(key(2))).isNotNull();
        changed.close();
        assertThat(changes.entries).isZero();
        assertThat(changes.bytes).isZero();
    }

    @Test
    void aShareIsOneModelsAlone() throws Exception {
        LocalCache quarter = open("quarter", 0.25);
        LocalCache common = open("common");
        for (int i = 0; i < 3_000; i++) {
            put(quarter, i, 1_000);
        }
        long own = quarter.bytes();
        for (int i = 0; i < 3_000; i++) {
            put(common, 10_000 + i, 1_000);
        }

        assertThat(own).isBetween(220_000L, (1L << 20) / 4);
        assertThat(quarter.bytes()).isEqualTo(own);
        assertThat(common.bytes()).isBetween(700_000L, (1L << 20) * 3 / 4);
        quarter.close();
        for (int i = 0; i < 3_000; i++) {
            put(common, 20_000 + i, 1_000);
        }
        assertThat(common.bytes()).as("what the other had").isGreaterThan(900_000L);
    }

    @Test
    void sharesMayChangeWithAReload() throws Exception {
        LocalCache first = open("m", 0.5);
        put(first, 1, 10);
        LocalCache second = open("m", 0.25);
        assertThat(second.get(key(1))).isNotNull();
        assertThat(second.put(key(2), answer(300_000), second.asked(key(2))))
                .as("more than the share")
                .isNull();
        LocalCache third = open("m");
        put(third, 3, 300_000);

        assertThat(third.get(key(3))).isNotNull();
        assertThat(changes.entries).isEqualTo(1);
    }

    @Test
    void aVersionThatIsNotServedAfterAllLeavesItsModelsShare() throws Exception {
        LocalCache served = open("m", 0.5);
        open("m").close();
        put(served, 1, 300_000);
        assertThat(served.get(key(1))).isNotNull();
        ShareException refused = catchThrowableOfType(ShareException.class, () -> open("other", 0.6));
        assertThat(refused.allowed()).startsWith("must be at most 0.5,");

        LocalCache replacing = open("m", 0.25);
        open("other", 0.7);
        replacing.close();
        assertThat(served.put(key(2), answer(400_000), served.asked(key(2))))
                .as("what the other has is his")
                .isNull();
        put(served, 3, 200_000);
        assertThat(served.get(key(3))).isNotNull();
    }

    @Test
    void sharesOfMoreThanAllAreRefused() throws Exception {
        open("a", 0.7);
        open("b", 0.3);
        ShareException refused = catchThrowableOfType(ShareException.class, () -> open("c", 0.1));
        assertThat(refused.allowed()).isEqualTo("must be at most 0.0, which is what other models leave of the cache");
        ShareException reloaded = catchThrowableOfType(ShareException.class, () -> open("b", 0.4));
        assertThat(reloaded.allowed()).isEqualTo("must be at most 0.3, which is what other models leave of the cache");
    }
}
