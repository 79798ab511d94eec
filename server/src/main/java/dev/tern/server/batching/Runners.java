package dev.tern.server.batching;

import dev.tern.server.batching.FairLine.Turn;
import dev.tern.server.predict.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runner threads, one per execution slot, shared by all models.
 *
 * <p>A queue with work stands in line once; a runner serves the first in line for one batch, by {@link FairLine}: models
 * get equal shares of the runners' time, so no model's load keeps another from its turn. A runner whose run does not end
 * is replaced, so there are at most twice as many threads as slots.
 */
public final class Runners implements AutoCloseable {
    /** A tenth of a time slice of Linux: more often, and quick runs of single requests spend their time changing threads. */
    private static final long YIELD_INTERVAL_NANOS = 250_000;

    private static final Logger LOG = LoggerFactory.getLogger(Runners.class);
    private static final long GRACE_MILLIS = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turnWaits = lock.newCondition();
    private final Condition workerEnded = lock.newCondition();
    private final Resources resources;
    private final FairLine line;
    private final List<Worker> workers = new ArrayList<>();
    /** Whose turns are no runs, those of all seats: together they get no more than the share of one. */
    private final Place aside = new Place(1, Need.NOTHING);

    private final int slots;
    private final ThreadFactory factory;
    private final Clock clock;
    private int idle;
    private int stuck;
    private boolean closed;

    /** As below, with as much of every resource as any one instance needs. */
    public Runners(int slots, ThreadFactory factory, Clock clock) {
        this(slots, factory, clock, new Resources(List.of()));
    }

    /** Starts {@code slots} threads made by {@code factory}. */
    public Runners(int slots, ThreadFactory factory, Clock clock, Resources resources) {
        this.slots = slots;
        this.factory = factory;
        this.clock = clock;
        this.resources = resources;
        this.line = new FairLine(resources);
        lock.lock();
        try {
            for (int i = 0; i < slots; i++) {
                startWorker();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many runs can go on at once. */
    public int slots() {
        return slots;
    }

    /** A seat like any other's, whose turns need nothing but a runner. */
    public Seat seat() {
        return new RunnersSeat(new Place(1, Need.NOTHING));
    }

    /**
     * A seat.
     *
     * @param priority at least 1; a seat of priority n gets 1/n of the time that one of priority 1 gets
     * @param need what must be free for a turn
     * @throws UnmetNeedException if it never is
     */
    public Seat seat(int priority, Need need) throws UnmetNeedException {
        lock.lock();
        try {
            resources.register(need);
        } finally {
            lock.unlock();
        }
        return new RunnersSeat(new Place(priority, need));
    }

    private void startWorker() {
        Worker worker = new Worker();
        workers.add(worker);
        worker.thread.start();
    }

    private final class RunnersSeat implements Seat {
        private final Place place;

        RunnersSeat(Place place) {
            this.place = place;
        }

        @Override
        public void execute(Runnable turn) {
            Runners.this.execute(place, turn);
        }

        @Override
        public void executeAside(Runnable turn) {
            Runners.this.execute(aside, turn);
        }

        @Override
        public boolean replaceRunner(Thread thread) {
            lock.lock();
            try {
                return replace(place, thread);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                resources.unregister(place.need);
                place.need = Need.NOTHING;
                wakeOne();
            } finally {
                lock.unlock();
            }
        }
    }

    private void execute(Place place, Runnable turn) {
        lock.lock();
        try {
            line.add(place, turn);
            wakeOne();
        } finally {
            lock.unlock();
        }
    }

    private void wakeOne() {
        if (idle > 0) {
            turnWaits.signal();
        }
    }

    private boolean replace(Place place, Thread thread) {
        Worker worker = workers.stream()
                .filter(each -> each.thread == thread && each.isIn(place))
                .findFirst()
                .orElse(null);
        if (worker == null) {
            return false;
        }
        if (stuck >= slots) {
            LOG.error("Runner {} is stuck and not replaced: {} are already", thread.getName(), stuck);
            return false;
        }
        stuck++;
        worker.giveUp();
        startWorker();
        LOG.error("Runner {} is stuck in a run that does not end; another takes its place", thread.getName());
        return true;
    }

    /** One thread; what it knows is guarded by the lock. */
    private final class Worker implements Runnable {
        private final Thread thread = factory.newThread(this);
        private @Nullable Turn turn;
        private boolean replaced;
        private long yieldedNanos;

        @Override
        public void run() {
            for (Turn next = take(); next != null; next = take()) {
                try {
                    next.task().run();
                } catch (RuntimeException | Error e) {
                    LOG.error("A runner's turn failed; the runner goes on", e);
                }
                letOthersRun();
            }
        }

        /** Where there are fewer cores than threads, an event loop would else wait for the end of a time slice. */
        @SuppressWarnings("ThreadPriorityCheck") // Only latency depends on it, and only where threads share a core.
        private void letOthersRun() {
            long now = clock.nanoTime();
            if (now - yieldedNanos >= YIELD_INTERVAL_NANOS) {
                yieldedNanos = now;
                Thread.yield();
            }
        }

        boolean isIn(Place place) {
            return !replaced && turn != null && turn.place() == place;
        }

        /** Ends the last turn and begins the next, waiting for it; null when there is none for this thread any more. */
        private @Nullable Turn take() {
            lock.lock();
            try {
                long now = clock.nanoTime();
                endTurn(now);
                turn = awaitTurn(now);
                if (turn == null) {
                    leave();
                } else if (!line.isEmpty()) {
                    // What ended may have freed resources for more than one.
                    wakeOne();
                }
                return turn;
            } finally {
                lock.unlock();
            }
        }

        private boolean mayServe() {
            return !replaced && !closed;
        }

        private @Nullable Turn next(long now) {
            return mayServe() ? line.next(now) : null;
        }

        private @Nullable Turn awaitTurn(long now) {
            Turn found = next(now);
            idle++;
            while (found == null && mayServe()) {
                try {
                    turnWaits.await();
                } catch (InterruptedException e) {
                    // close() interrupts; the loop's condition decides.
                }
                found = next(clock.nanoTime());
            }
            idle--;
            return found;
        }

        private void endTurn(long now) {
            if (turn != null) {
                line.end(turn, now);
                turn = null;
            }
        }

        /** The turn goes on, but for nobody. */
        void giveUp() {
            if (turn != null) {
                line.writeOff(turn);
                turn = null;
            }
            replaced = true;
        }

        private void leave() {
            workers.remove(this);
            if (replaced) {
                stuck--;
                LOG.warn("The run that {} was stuck in has ended, and so does the thread", thread.getName());
            }
            workerEnded.signalAll();
        }
    }

    /**
     * Ends the threads after the turns they are in, and waits for them; a run that takes longer than a second is left to
     * itself, so that one stuck model does not keep the server from ending.
     */
    @Override
    public void close() {
        List<Thread> threads = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            workers.stream().filter(worker -> !worker.replaced).forEach(worker -> threads.add(worker.thread));
            threads.forEach(Thread::interrupt);
            long leftNanos = TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
            while (workers.size() > stuck && leftNanos > 0) {
                leftNanos = workerEnded.awaitNanos(leftNanos);
            }
            if (!workers.isEmpty()) {
                LOG.warn("{} runs go on while the server ends", workers.size());
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } finally {
            lock.unlock();
        }
        join(threads);
    }

    /** Waits for the threads, not only for their last word. */
    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(GRACE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
