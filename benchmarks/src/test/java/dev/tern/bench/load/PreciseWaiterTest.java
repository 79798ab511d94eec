package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.FakeClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PreciseWaiterTest {
    private final FakeClock clock = new FakeClock();

    @Test
    void returnsOnceTheTimeHasCome() {
        AtomicInteger looks = new AtomicInteger();
        PreciseWaiter waiter = new PreciseWaiter(() -> {
            looks.incrementAndGet();
            clock.advance(TimeUnit.MICROSECONDS.toNanos(10));
            return clock.getAsLong();
        });
        waiter.until(clock.getAsLong() + TimeUnit.MICROSECONDS.toNanos(95), () -> false);
        assertThat(looks).hasValue(10);
    }

    @Test
    void returnsEarlyWhenGivenUp() {
        PreciseWaiter waiter = new PreciseWaiter(clock);
        waiter.until(clock.getAsLong() + TimeUnit.HOURS.toNanos(1), () -> true);
        assertThat(clock.getAsLong()).isEqualTo(new FakeClock().getAsLong());
    }
}
