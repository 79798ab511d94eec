package dev.tern.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.Slab;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that does not give back what it took: after it, every gauge must return to what it was before. The live
 * {@link Slab}s are always watched; a test adds its own gauges with {@link #watch}.
 *
 * <p>Register it on a field that is not static, first among the extensions that hold what is watched, so that its check
 * comes after theirs have let go: {@code @RegisterExtension @Order(1) final NoLeaks noLeaks = new NoLeaks();}
 */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
    /** How long what other threads still hold may take to come back. */
    private static final long PATIENCE_MILLIS = 10_000;

    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final boolean netty;
    private final long patienceMillis;
    private final List<Gauge> gauges = new ArrayList<>();

    private record Gauge(String name, LongSupplier reading, long before) {
        boolean isBack() {
            return reading.getAsLong() == before;
        }
    }

    /** Watches slabs and what is added. */
    public NoLeaks() {
        this(false, PATIENCE_MILLIS);
    }

    NoLeaks(boolean netty, long patienceMillis) {
        this.netty = netty;
        this.patienceMillis = patienceMillis;
    }

    /** Watches gRPC's pooled Netty buffers too, and fails on any report of Netty's leak detector. */
    public static NoLeaks ofSockets() {
        return new NoLeaks(true, PATIENCE_MILLIS);
    }

    /** From here to the end of this test {@code reading} must come back to what it is now. */
    public void watch(String name, LongSupplier reading) {
        gauges.add(new Gauge(name, reading, reading.getAsLong()));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check();
    }

    void begin() {
        gauges.clear();
        watch("live slabs", Slab::live);
        if (netty) {
            NettyLeaks.start();
            PooledByteBufAllocator allocator = NettyLeaks.grpcAllocator();
            watch("pinned bytes of direct Netty buffers", allocator::pinnedDirectMemory);
            watch("pinned bytes of heap Netty buffers", allocator::pinnedHeapMemory);
        }
    }

    void check() {
        for (Gauge gauge : gauges) {
            await(gauge);
        }
        if (netty) {
            assertThat(NettyLeaks.reports())
                    .as("reports of Netty's leak detector")
                    .isEmpty();
        }
    }

    private void await(Gauge gauge) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        while (!gauge.isBack() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        assertThat(gauge.reading().getAsLong())
                .as(gauge.name() + " after the test (expected: as before it)")
                .isEqualTo(gauge.before());
    }
}
