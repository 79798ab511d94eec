package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.NoLeaks;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WritesTest {
    private static final CacheKey KEY = new CacheKey(1, 2);
    private static final int MAX_COUNT = 4;
    private static final int MAX_BYTES = 1_000;
    private static final int MAX_VALUE = 700;
    /** What the form adds to the data of the one output. */
    private static final int OVERHEAD = 26;

    private static final long MADE = 1_700_000_000_000L;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final FakeStore store = new FakeStore();
    private final FakeClock clock = new FakeClock();
    private final Counts counts = new Counts();
    private final ManualExecutor writer = new ManualExecutor();
    private final Breaker breaker = new Breaker("writes", clock, state -> {});
    private final Writes writes = writes(writer);
    private final FakeNear near = new FakeNear();
    private final ModelSide model = new ModelSide(new ModelKeys("t:"), near, counts);

    private Writes writes(Executor executor) {
        ValueCodec codec = new ValueCodec(new byte[] {1}, Integer.MAX_VALUE, MAX_VALUE);
        return new Writes(store, codec, breaker, executor, MAX_COUNT, MAX_BYTES);
    }

    @Test
    void tooManyAreDropped() {
        offer(6, 10);
        assertThat(counts.of(L2Observer.Write.DROPPED)).isEqualTo(2);
        assertThat(writes.count()).isEqualTo(MAX_COUNT);
        writer.runAll();
        offer(1, 10);
        assertThat(counts.of(L2Observer.Write.DROPPED))
                .as("sent, but not there yet")
                .isEqualTo(3);
        store.acknowledge();
        offer(1, 10);
        assertThat(counts.of(L2Observer.Write.DROPPED)).isEqualTo(3);
        finish();
    }

    @Test
    void tooMuchIsDropped() {
        offer(3, 400);
        assertThat(counts.of(L2Observer.Write.DROPPED)).isOne();
        assertThat(counts.of("bytes DROPPED")).isEqualTo(400 + OVERHEAD);
        assertThat(writes.bytes()).isEqualTo(2 * (400 + OVERHEAD));
        finish();
    }

    @Test
    void whatIsTooLargeIsNotWritten() {
        offer(1, 700);
        writer.runAll();
        assertThat(counts.of(L2Observer.Write.TOO_LARGE)).isOne();
        assertThat(store.written()).isEmpty();
        assertThat(writes.bytes()).isZero();
    }

    @Test
    void aRefusedOneIsCountedAndLetGo() {
        offer(1, 10);
        writer.runAll();
        store.refuse();
        assertThat(counts.of(L2Observer.Write.FAILED)).isOne();
        assertThat(writes.count()).isZero();
        assertThat(writes.bytes()).isZero();
    }

    @Test
    void whenRedisRefusesThemAllNothingIsSentForAWhile() {
        for (int i = 0; i < 20; i++) {
            offer(1, 10);
            writer.runAll();
            store.refuse();
        }
        offer(1, 10);
        assertThat(writer.waiting()).isZero();
        assertThat(counts.of(L2Observer.Write.OPEN)).isOne();
        clock.advance(3_000_000_000L);
        offer(1, 10);
        assertThat(writer.waiting()).isOne();
        finish();
    }

    @Test
    void afterTheEndNothingIsSent() {
        offer(2, 10);
        writes.close();
        writer.runAll();
        assertThat(store.written()).isEmpty();
        assertThat(counts.of(L2Observer.Write.DROPPED)).isEqualTo(2);
        assertThat(writes.count()).isZero();
    }

    @Test
    void whatIsClearedBeforeItWasSentIsDropped() {
        offer(2, 10);
        near.clear();
        writer.runAll();
        assertThat(store.written()).isEmpty();
        assertThat(counts.of(L2Observer.Write.DROPPED)).isEqualTo(2);
        assertThat(writes.bytes()).isZero();
    }

    @Test
    void aWriterThatHasEndedIsNoOnesError() {
        Writes ended = writes(task -> {
            throw new RejectedExecutionException("of the test");
        });
        ended.close();
        InferenceResponse answer = answer(10);
        ended.offer(model, new Writes.Answer(KEY, answer.outputs(), MADE, 1, near.asked(KEY)));
        answer.release();
        assertThat(counts.of(L2Observer.Write.DROPPED)).isOne();
    }

    @Test
    void whatCannotBeEncodedHasFailed() {
        Tensor broken = new Tensor("y", DataType.UINT8, Shape.of(4), new Broken());
        writes.offer(model, new Writes.Answer(KEY, List.of(broken), MADE, 1, near.asked(KEY)));
        writer.runAll();
        assertThat(counts.of(L2Observer.Write.FAILED)).isOne();
        assertThat(counts.of(L2Observer.Write.TOO_LARGE)).isZero();
        assertThat(writes.count()).isZero();
        assertThat(writes.bytes()).isZero();
    }

    /** Memory that cannot be read. */
    private static final class Broken implements Payload {
        @Override
        public long size() {
            return 4;
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            throw new IllegalStateException("of the test");
        }

        @Override
        public Payload retain() {
            return this;
        }

        @Override
        public void release() {}
    }

    private void offer(int times, int bytes) {
        for (int i = 0; i < times; i++) {
            InferenceResponse answer = answer(bytes);
            writes.offer(model, new Writes.Answer(KEY, answer.outputs(), MADE, 1, near.asked(KEY)));
            answer.release();
        }
    }

    private static InferenceResponse answer(int bytes) {
        Slab slab = Slab.wrap(new byte[bytes]);
        Tensor output = new Tensor("y", DataType.UINT8, Shape.of(bytes), slab.slice(0, bytes));
        slab.release();
        return new InferenceResponse(List.of(output));
    }

    private void finish() {
        writer.runAll();
        while (writes.count() > 0) {
            store.acknowledge();
        }
        assertThat(writes.bytes()).isZero();
    }
}
