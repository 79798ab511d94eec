package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunnersTest {
    @Test
    void oneRunnerTakesTurnsInOrder() throws InterruptedException {
        List<Integer> order = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(100);
        try (Runners runners = new Runners(1, Thread::new)) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                runners.execute(() -> {
                    order.add(number);
                    done.countDown();
                });
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(order).hasSize(100).isSorted();
    }

    @Test
    void asManyTurnsAtATimeAsSlots() throws InterruptedException {
        CountDownLatch together = new CountDownLatch(3);
        CountDownLatch met = new CountDownLatch(3);
        try (Runners runners = new Runners(3, Thread::new)) {
            for (int i = 0; i < 3; i++) {
                runners.execute(() -> {
                    together.countDown();
                    // Ends only if all three are here at once.
                    awaitQuietly(together);
                    met.countDown();
                });
            }
            assertThat(runners.slots()).isEqualTo(3);
            assertThat(met.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void runnerOutlivesTurnsThatThrow() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try (Runners runners = new Runners(1, Thread::new)) {
            runners.execute(() -> {
                throw new IllegalStateException("expected by this test");
            });
            runners.execute(() -> {
                throw new AssertionError("expected by this test");
            });
            runners.execute(done::countDown);
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closeWaitsForTheTurnsUnderWay() throws InterruptedException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        List<String> log = new CopyOnWriteArrayList<>();
        Runners runners = new Runners(2, task -> {
            Thread thread = new Thread(task);
            threads.add(thread);
            return thread;
        });
        runners.execute(() -> {
            started.countDown();
            awaitQuietly(finish);
            log.add("turn ended");
        });
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(() -> {
            runners.close();
            log.add("closed");
        });
        closer.start();
        finish.countDown();
        closer.join();
        assertThat(log).containsExactly("turn ended", "closed");
        assertThat(threads).hasSize(2).noneMatch(Thread::isAlive);
    }

    /** As native code does: takes no notice of interruption. */
    private static void awaitQuietly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
