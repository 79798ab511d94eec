package dev.tern.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.FakeClock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunnersTest {
    private final FakeClock clock = new FakeClock();

    @Test
    void oneRunnerTakesTurnsInOrder() throws InterruptedException {
        List<Integer> order = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(100);
        try (Runners runners = new Runners(1, Thread::new, clock)) {
            Seat seat = runners.seat();
            for (int i = 0; i < 100; i++) {
                int number = i;
                seat.execute(() -> {
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
        try (Runners runners = new Runners(3, Thread::new, clock)) {
            for (int i = 0; i < 3; i++) {
                runners.seat().execute(() -> {
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
        try (Runners runners = new Runners(1, Thread::new, clock)) {
            runners.seat().execute(() -> {
                throw new IllegalStateException("expected by this test");
            });
            runners.seat().execute(() -> {
                throw new AssertionError("expected by this test");
            });
            runners.seat().execute(done::countDown);
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closeWaitsForTheTurnsUnderWay() throws InterruptedException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        List<String> log = new CopyOnWriteArrayList<>();
        Runners runners = new Runners(
                2,
                task -> {
                    Thread thread = new Thread(task);
                    threads.add(thread);
                    return thread;
                },
                clock);
        runners.seat().execute(() -> {
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

    @Test
    void stuckRunnerIsReplacedAndEndsWithItsTurn() throws InterruptedException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        try (Runners runners = new Runners(1, task -> recorded(task, threads), clock)) {
            Seat seat = runners.seat();
            CountDownLatch release = new CountDownLatch(1);
            Thread stuck = hang(seat, release);
            CountDownLatch served = new CountDownLatch(1);
            runners.seat().execute(served::countDown);
            assertThat(runners.seat().replaceRunner(stuck))
                    .as("another seat's turn")
                    .isFalse();
            assertThat(seat.replaceRunner(stuck)).isTrue();
            assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(seat.replaceRunner(stuck)).as("replaced already").isFalse();
            assertThat(stuck.isAlive()).isTrue();
            release.countDown();
            stuck.join();
            assertThat(runners.slots()).isEqualTo(1);
        }
        assertThat(threads).hasSize(2).noneMatch(Thread::isAlive);
    }

    @Test
    void noMoreAreReplacedThanThereAreSlots() throws InterruptedException {
        try (Runners runners = new Runners(1, Thread::new, clock)) {
            Seat seat = runners.seat();
            CountDownLatch releaseFirst = new CountDownLatch(1);
            CountDownLatch releaseSecond = new CountDownLatch(1);
            Thread first = hang(seat, releaseFirst);
            assertThat(seat.replaceRunner(first)).isTrue();
            Thread second = hang(seat, releaseSecond);
            assertThat(seat.replaceRunner(second)).isFalse();
            releaseFirst.countDown();
            first.join();
            assertThat(seat.replaceRunner(second)).isTrue();
            releaseSecond.countDown();
            second.join();
        }
    }

    @Test
    void whatAStuckTurnHeldIsFree() throws Exception {
        Need need = new Need(Map.of(new Need.Resource("memory", false), 1));
        try (Runners runners = new Runners(1, Thread::new, clock)) {
            Seat seat = runners.seat(1, need);
            CountDownLatch release = new CountDownLatch(1);
            Thread stuck = hang(seat, release);
            CountDownLatch served = new CountDownLatch(1);
            runners.seat(1, need).execute(served::countDown);
            assertThat(seat.replaceRunner(stuck)).isTrue();
            assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
            release.countDown();
            stuck.join();
        }
    }

    @Test
    void closedSeatNeedsNothingForItsLastTurns() throws Exception {
        Need need = new Need(Map.of(new Need.Resource("memory", false), 1));
        try (Runners runners = new Runners(2, Thread::new, clock)) {
            CountDownLatch release = new CountDownLatch(1);
            hang(runners.seat(1, need), release);
            Seat closing = runners.seat(1, need);
            CountDownLatch served = new CountDownLatch(1);
            closing.execute(served::countDown);
            assertThat(served.getCount()).isEqualTo(1);
            closing.close();
            assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
            release.countDown();
        }
    }

    @Test
    void turnsAsideNeedNothingThatTheSeatNeeds() throws Exception {
        Need need = new Need(Map.of(new Need.Resource("memory", false), 1));
        try (Runners runners = new Runners(2, Thread::new, clock)) {
            CountDownLatch release = new CountDownLatch(1);
            hang(runners.seat(1, need), release);
            Seat seat = runners.seat(1, need);
            CountDownLatch served = new CountDownLatch(1);
            seat.execute(served::countDown);
            CountDownLatch aside = new CountDownLatch(1);
            seat.executeAside(aside::countDown);
            assertThat(aside.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(served.getCount()).isEqualTo(1);
            release.countDown();
            assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void turnsAsideAreNotChargedToTheSeat() throws InterruptedException {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(2);
        try (Runners runners = new Runners(1, Thread::new, clock)) {
            Seat planning = runners.seat();
            planning.executeAside(() -> clock.advance(1_000));
            CountDownLatch release = new CountDownLatch(1);
            hang(runners.seat(), release);
            for (Map.Entry<String, Seat> each :
                    List.of(Map.entry("planning", planning), Map.entry("other", runners.seat()))) {
                each.getValue().execute(() -> {
                    order.add(each.getKey());
                    done.countDown();
                });
            }
            release.countDown();
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(order)
                .as("who has had the same time, in the order they came")
                .containsExactly("planning", "other");
    }

    private static Thread recorded(Runnable task, List<Thread> threads) {
        Thread thread = new Thread(task);
        threads.add(thread);
        return thread;
    }

    /** Takes a turn that goes on until told, and returns its runner once it is in it. */
    private static Thread hang(Seat seat, CountDownLatch release) throws InterruptedException {
        BlockingQueue<Thread> runner = new ArrayBlockingQueue<>(1);
        seat.execute(() -> {
            runner.add(Thread.currentThread());
            awaitQuietly(release);
        });
        return runner.take();
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
