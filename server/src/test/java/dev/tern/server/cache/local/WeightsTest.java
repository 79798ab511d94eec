package dev.tern.server.cache.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.cache.CacheScope;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Memo;
import dev.tern.server.rpc.wire.WireAnswer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.Tensors;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted for kept answers against what the heap grows by. */
class WeightsTest {
    private static final long COUNTED_BYTES = 48 << 20;

    private final LocalCaches caches = new LocalCaches(4 * COUNTED_BYTES, new FakeClock());

    private static final LocalObserver NOBODY = new LocalObserver() {
        @Override
        public void changed(int entries, long bytes) {}

        @Override
        public void evicted(Evicted cause) {}
    };

    @ParameterizedTest
    @CsvSource({"1, 1, 4, 1", "1, 2, 800, 1", "3, 2, 10, 1", "3, 2, 10, 2", "2, 3, 20000, 1"})
    void theHeapGrowsByWhatIsCounted(int outputs, int rank, int bytes, int shapes) throws Exception {
        LocalCache cache = caches.open("m", new CacheScope(1, 2, 3, 4), 0, Long.MAX_VALUE, NOBODY);
        long number = 0;
        for (; cache.bytes() < COUNTED_BYTES / 8; number++) {
            keep(cache, number, outputs, rank, bytes + (int) (number % shapes));
        }
        long countedBefore = cache.bytes();
        long usedBefore = used();
        for (; cache.bytes() < countedBefore + COUNTED_BYTES; number++) {
            keep(cache, number, outputs, rank, bytes + (int) (number % shapes));
        }
        double counted = cache.bytes() - countedBefore;
        double grown = used() - usedBefore;

        assertThat(counted / grown).as(number + " answers, counted over grown").isBetween(0.9, 1.15);
        assertThat(cache.entries()).isEqualTo(number);
    }

    private static void keep(LocalCache cache, long number, int outputs, int rank, int bytes) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            long[] dims = new long[rank];
            Arrays.fill(dims, 1);
            dims[0] = bytes;
            tensors.add(Tensors.raw("score", DataType.UINT8, Shape.wrap(dims), new byte[bytes]));
        }
        CacheKey key = new CacheKey(number * 0x9E3779B97F4A7C15L, number);
        InferenceResponse kept =
                Objects.requireNonNull(cache.put(key, new InferenceResponse(tensors), cache.asked(key)));
        // As when it is sent.
        WireAnswer unused = WireAnswer.of("ranker", 1, "", kept);
        Memo memo = Objects.requireNonNull(kept.memo());
        assertThat(memo.value()).isNotNull();
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
