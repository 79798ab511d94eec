package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The answers of one model version in Redis. Any thread may call; never blocks, never fails. */
public final class RedisAnswers {
    private static final double JITTER = 0.1;

    private final Store store;
    private final RedisKeys keys;
    private final ValueCodec codec;
    private final Breaker breaker;
    private final Writes writes;
    private final Clock clock;
    private final ModelTimes times;
    private final L2Observer observer;
    private final Budgets budgets;

    /** @param breaker of look-ups */
    RedisAnswers(
            Store store,
            RedisKeys keys,
            ValueCodec codec,
            Breaker breaker,
            Writes writes,
            Clock clock,
            ModelTimes times,
            L2Observer observer) {
        this.store = store;
        this.keys = keys;
        this.codec = codec;
        this.breaker = breaker;
        this.writes = writes;
        this.clock = clock;
        this.times = times;
        this.observer = observer;
        this.budgets = new Budgets(clock);
    }

    /**
     * Asks for one answer. {@code to} is called once: at once, on Redis' event loop, or on the timer when the budget is
     * over or {@code call} has reached its deadline; so it must be short.
     */
    public void get(CacheKey key, Call call, Consumer<Found> to) {
        ask(new One(key), call, () -> store.get(keys.write(key)), to);
    }

    /** As {@link #get}, for several at once: one command, one budget; as many are found, in the keys' order. */
    public void getAll(List<CacheKey> several, Call call, Consumer<List<Found>> to) {
        if (several.isEmpty()) {
            to.accept(List.of());
            return;
        }
        List<CacheKey> all = List.copyOf(several);
        ask(
                new Several(all),
                call,
                () -> store.getAll(all.stream().map(keys::write).toList()),
                to);
    }

    /** Writes an answer, later. Takes no reference of the caller's. */
    public void put(CacheKey key, InferenceResponse answer) {
        writes.offer(key, answer.outputs(), ttlMillis(key), observer);
    }

    /** Spread by the key, so that what was written together does not go together. */
    private long ttlMillis(CacheKey key) {
        double unit = (double) (key.low() >>> 11) / (1L << 53);
        return Math.max(1, Math.round(times.ttlMillis() * (1 + JITTER * (2 * unit - 1))));
    }

    private <V, A> void ask(LookUp.Reading<V, A> reading, Call call, Command<V> command, Consumer<A> to) {
        if (!breaker.enter()) {
            to.accept(reading.nothing(L2Observer.LookUp.OPEN));
            return;
        }
        long now = clock.nanoTime();
        LookUp<V, A> lookUp = new LookUp<>(
                to, reading, breaker, observer, clock, now, now + times.budgetNanos(), call.deadlineNanos());
        budgets.add(lookUp);
        var unused = command.send().whenComplete(lookUp);
        if (!lookUp.isOver()) {
            call.onDone(lookUp::callerIsGone);
        }
    }

    /** Look-ups that are held, over or not; for leak checks. */
    int held() {
        return budgets.held();
    }

    private interface Command<V> {
        CompletionStage<V> send();
    }

    private Found read(CacheKey key, byte @Nullable [] value) {
        if (value == null) {
            return Found.nothing(L2Observer.LookUp.MISS);
        }
        try {
            return new Found(L2Observer.LookUp.HIT, codec.decode(key, value));
        } catch (UndecodableException e) {
            observer.rubbish(e.reason());
        } catch (RuntimeException | OutOfMemoryError e) {
            // A defect, or no memory for a large one: the model can answer all the same.
            observer.rubbish(Rubbish.MALFORMED);
        }
        return Found.nothing(L2Observer.LookUp.RUBBISH);
    }

    private static long length(byte @Nullable [] value) {
        return value == null ? 0 : value.length;
    }

    private final class One implements LookUp.Reading<byte[], Found> {
        private final CacheKey key;

        One(CacheKey key) {
            this.key = key;
        }

        @Override
        public Found read(byte[] reply, long nanos) {
            observer.answered(nanos, length(reply));
            Found found = RedisAnswers.this.read(key, reply);
            observer.lookedUp(found.outcome(), 1);
            return found;
        }

        @Override
        public Found nothing(L2Observer.LookUp outcome) {
            observer.lookedUp(outcome, 1);
            return Found.nothing(outcome);
        }
    }

    private final class Several implements LookUp.Reading<List<byte[]>, List<Found>> {
        private final List<CacheKey> all;

        Several(List<CacheKey> all) {
            this.all = all;
        }

        @Override
        public List<Found> read(List<byte[]> reply, long nanos) {
            observer.answered(
                    nanos, reply.stream().mapToLong(RedisAnswers::length).sum());
            List<Found> found = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                Found each = RedisAnswers.this.read(all.get(i), reply.get(i));
                observer.lookedUp(each.outcome(), 1);
                found.add(each);
            }
            return found;
        }

        @Override
        public List<Found> nothing(L2Observer.LookUp outcome) {
            observer.lookedUp(outcome, all.size());
            return Collections.nCopies(all.size(), Found.nothing(outcome));
        }
    }
}
