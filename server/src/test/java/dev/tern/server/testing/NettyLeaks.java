package dev.tern.server.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Listens to Netty's leak detector, and finds the allocator that gRPC uses. */
final class NettyLeaks {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final int ROUNDS = 2;
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();
    private static final PooledByteBufAllocator GRPC_ALLOCATOR = findGrpcAllocator();

    static {
        Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        Recorder recorder = new Recorder();
        recorder.setContext(logger.getLoggerContext());
        recorder.start();
        logger.addAppender(recorder);
        // A report is shown by the test that fails on it.
        logger.setAdditive(false);
    }

    private NettyLeaks() {}

    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.ERROR) {
                REPORTS.add(event.getFormattedMessage());
            }
        }
    }

    /** Forgets earlier reports. */
    static void start() {
        if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
            throw new AssertionError("-Dio.netty.leakDetection.level=" + ResourceLeakDetector.getLevel()
                    + " (expected: paranoid, or leaks go unseen)");
        }
        reports();
        REPORTS.clear();
    }

    /** The reports since {@link #start}: makes garbage of what was lost, and the detector look at it. */
    static List<String> reports() {
        for (int round = 0; round < ROUNDS; round++) {
            collectGarbage();
            // The detector reports what it has lost when it is next asked to track something.
            GRPC_ALLOCATOR.directBuffer(1).release();
        }
        return List.copyOf(REPORTS);
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> canary = new PhantomReference<>(new Object(), queue);
        System.gc();
        try {
            if (queue.remove(PATIENCE_MILLIS) != canary) {
                throw new AssertionError("no garbage was collected within " + PATIENCE_MILLIS + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while garbage was collected", e);
        }
    }

    static PooledByteBufAllocator grpcAllocator() {
        return GRPC_ALLOCATOR;
    }

    /** gRPC shares one pooled allocator among all its channels, behind a class that is not public. */
    private static PooledByteBufAllocator findGrpcAllocator() {
        try {
            Method method =
                    Class.forName("io.grpc.netty.Utils").getDeclaredMethod("getByteBufAllocator", boolean.class);
            method.setAccessible(true);
            return (PooledByteBufAllocator) method.invoke(null, false);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("gRPC's allocator is no longer where it was", e);
        }
    }
}
