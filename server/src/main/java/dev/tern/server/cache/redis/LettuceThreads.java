package dev.tern.server.cache.redis;

import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.ThreadFactoryProvider;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The threads that Lettuce has: one event loop, one that connects again and follows a cluster, one timer. */
final class LettuceThreads implements AutoCloseable {
    private static final Duration FIRST_DELAY = Duration.ofMillis(50);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);
    private static final long PATIENCE_SECONDS = 2;

    private final HashedWheelTimer timer;
    private final DefaultEventExecutorGroup worker;
    private final ClientResources resources;

    /** @param threads makes the threads of a role */
    LettuceThreads(Function<String, ThreadFactory> threads) {
        ThreadFactoryProvider loops = pool -> threads.apply("tern-redis");
        this.timer = new HashedWheelTimer(threads.apply("tern-redis-timer"));
        this.worker = new DefaultEventExecutorGroup(1, threads.apply("tern-redis-worker"));
        this.resources = ClientResources.builder()
                .eventLoopGroupProvider(new DefaultEventLoopGroupProvider(1, loops))
                .eventExecutorGroup(worker)
                .timer(timer)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled())
                .reconnectDelay(() ->
                        Delay.equalJitter(FIRST_DELAY, LONGEST_DELAY, FIRST_DELAY.toMillis(), TimeUnit.MILLISECONDS))
                .build();
    }

    ClientResources resources() {
        return resources;
    }

    /** Ends the threads; waits for them, but not for long. */
    @Override
    public void close() {
        var loops = resources.shutdown(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
        var helper = worker.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
        boolean unused = loops.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS)
                && helper.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        timer.stop();
    }
}
