package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command that asks Redis for values, and who waits for it. Redis' reply, the end of the budget and the caller's going
 * compete for the word that names who waits: whoever takes it lets them go on, and nothing of theirs is held from then on.
 *
 * @param <V> what Redis replies with
 * @param <A> what is made of it
 */
final class RedisLookUp<V, A> extends AtomicReference<@Nullable Consumer<A>> implements BiConsumer<V, Throwable> {
    /** What those who look things up have in common. */
    interface Reading<V, A> {
        /** What is asked for. */
        List<CacheKey> keys();

        /** What Redis' reply says; must not throw. */
        A read(V reply, long nanos);

        /** Whether what was read is worth asking for: less than half of it is something else than answers. */
        boolean isReadable(A read);

        /** What is known when Redis has not replied. */
        A nothing(L2Observer.LookUp outcome);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RedisLookUp.class);

    private final Reading<V, A> reading;
    private final LookUpBreakers breakers;
    private final L2Observer observer;
    private final Clock clock;
    private final long startNanos;
    private final long dueNanos;
    private final boolean callersTime;

    /**
     * @param to called once, on the thread that ends this
     * @param startNanos now
     * @param budgetEndNanos when the budget is over
     * @param deadlineNanos when the caller gives up
     */
    RedisLookUp(
            Consumer<A> to,
            Reading<V, A> reading,
            LookUpBreakers breakers,
            L2Observer observer,
            Clock clock,
            long startNanos,
            long budgetEndNanos,
            long deadlineNanos) {
        super(to);
        this.reading = reading;
        this.breakers = breakers;
        this.observer = observer;
        this.clock = clock;
        this.startNanos = startNanos;
        this.callersTime = deadlineNanos != Call.NO_DEADLINE && deadlineNanos - budgetEndNanos < 0;
        this.dueNanos = callersTime ? deadlineNanos : budgetEndNanos;
    }

    /** When it is to be ended if Redis has not replied. */
    long dueNanos() {
        return dueNanos;
    }

    boolean isOver() {
        return get() == null;
    }

    /** Redis has replied, or cannot. */
    @Override
    public void accept(V reply, @Nullable Throwable error) {
        Consumer<A> to = getAndSet(null);
        if (to == null) {
            observer.late();
        } else if (error == null) {
            to.accept(read(reply));
        } else {
            breakers.failed();
            to.accept(reading.nothing(L2Observer.LookUp.ERROR));
        }
    }

    /** A breaker that tries has to hear how each try went, and a caller, too. */
    private A read(V reply) {
        try {
            A read = reading.read(reply, clock.nanoTime() - startNanos);
            breakers.replied(reading.isReadable(read));
            return read;
        } catch (RuntimeException | Error e) {
            LOG.error("What Redis replied could not be read", e);
            breakers.failed();
            return reading.nothing(L2Observer.LookUp.ERROR);
        }
    }

    /** The budget is over, or the caller's time before it. */
    void timeIsOver() {
        if (callersTime) {
            callerIsGone();
            return;
        }
        Consumer<A> to = getAndSet(null);
        if (to != null) {
            breakers.failed();
            to.accept(reading.nothing(L2Observer.LookUp.TIMEOUT));
        }
    }

    void callerIsGone() {
        Consumer<A> to = getAndSet(null);
        if (to != null) {
            breakers.undecided();
            to.accept(reading.nothing(L2Observer.LookUp.GONE));
        }
    }
}
