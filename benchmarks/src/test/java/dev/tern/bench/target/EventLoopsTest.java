package dev.tern.bench.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    @Test
    void theTimeOfEachThreadThatHasWorkedIsKnown() throws Exception {
        EventLoops loops = EventLoops.of(2);
        try {
            assertThat(loops.busyNanos()).isEmpty();
            loops.group().submit(() -> {}).get(20, TimeUnit.SECONDS);
            assertThat(loops.busyNanos()).hasSize(1).allMatch(nanos -> nanos > 0);
        } finally {
            Future<?> unused = loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
