package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.Need.Resource;
import dev.tern.server.batching.Resources.Limit;
import dev.tern.server.testing.FakeClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads ask for turns of many seats: every turn is taken, once, with its resources. */
@Timeout(60)
class RunnersStressTest {
    private static final int PRODUCERS = 4;
    private static final int TURNS_EACH = 100_000;
    private static final int MEMORY = 3;

    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger tooMuch = new AtomicInteger();
    private final CountDownLatch left = new CountDownLatch(PRODUCERS * TURNS_EACH);

    @Test
    void noTurnIsLostAndNoResourceIsGivenTwice() throws Exception {
        Resources resources = new Resources(List.of(new Limit("memory", MEMORY, OptionalInt.empty())));
        try (Runners runners = new Runners(3, Thread::new, new FakeClock(), resources)) {
            List<Runnable> asks = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int memory = i % (MEMORY + 1);
                Need need = memory == 0 ? Need.NOTHING : new Need(Map.of(new Resource("memory", false), memory));
                Seat seat = runners.seat(1 + i % 3, need);
                asks.add(() -> seat.execute(() -> turn(memory)));
            }
            List<Thread> producers = IntStream.range(0, PRODUCERS)
                    .mapToObj(number -> new Thread(() -> produce(asks, new Random(number))))
                    .toList();
            producers.forEach(Thread::start);
            for (Thread producer : producers) {
                producer.join();
            }
            assertThat(left.await(30, TimeUnit.SECONDS))
                    .as("all turns are taken")
                    .isTrue();
        }
        assertThat(tooMuch).as("turns that got what another held").hasValue(0);
        assertThat(inUse).hasValue(0);
    }

    private static void produce(List<Runnable> asks, Random random) {
        for (int i = 0; i < TURNS_EACH; i++) {
            asks.get(random.nextInt(asks.size())).run();
        }
    }

    private void turn(int memory) {
        if (inUse.addAndGet(memory) > MEMORY) {
            tooMuch.incrementAndGet();
        }
        inUse.addAndGet(-memory);
        left.countDown();
    }
}
