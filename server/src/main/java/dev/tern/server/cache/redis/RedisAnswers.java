package dev.tern.server.cache.redis;

import dev.tern.server.cache.Asked;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The answers of one model version in Redis. Any thread may call; never blocks, never fails. */
public final class RedisAnswers implements AutoCloseable {
    private static final double JITTER = 0.1;

    private final RedisSide redis;
    private final ModelSide model;
    private final ModelTimes times;
    private final Runnable onClose;
    private final Budgets budgets;

    /** The names of the model's outputs: each answer read here would else keep its own. */
    private final Map<String, String> names = new ConcurrentHashMap<>();

    RedisAnswers(RedisSide redis, ModelSide model, ModelTimes times, Runnable onClose) {
        this.redis = redis;
        this.model = model;
        this.times = times;
        this.onClose = onClose;
        this.budgets = new Budgets(redis.clock());
    }

    /**
     * Asks for one answer. {@code to} is called once: at once, on Redis' event loop, or on the timer when the budget is
     * over or {@code call} has reached its deadline; so it must be short.
     */
    public void get(CacheKey key, Call call, Consumer<Found> to) {
        ask(new One(key), call, () -> redis.store().get(model.keys().write(key)), to);
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
                () -> redis.store().getAll(all.stream().map(model.keys()::write).toList()),
                to);
    }

    /** How things stand before the model is asked for the answer under {@code key}. */
    public Asked asked(CacheKey key) {
        return model.near().asked(key);
    }

    /**
     * Writes an answer that the model has just given, later. Takes no reference of the caller's.
     *
     * @param asked how things stood when the model was asked; not written if it was cleared, or the answer is made anew, since
     */
    public void put(CacheKey key, InferenceResponse answer, Asked asked) {
        redis.writes()
                .offer(
                        model,
                        new Writes.Answer(key, answer.outputs(), redis.wall().millis(), ttlMillis(key), asked));
    }

    /**
     * Removes the answers that Redis has of the model, of all its versions, whoever wrote them. What is written meanwhile
     * may stay, and what this process was asked before and has not written yet is for the caller to stop, by another
     * {@link Asked#generation}.
     *
     * @return completed on any thread, never exceptionally
     */
    public CompletionStage<Cleared> clear() {
        return Clearing.of(redis, model.keys());
    }

    /** Spread by the key, so that what was written together does not go together. */
    private long ttlMillis(CacheKey key) {
        double unit = (double) (key.low() >>> 11) / (1L << 53);
        return Math.max(1, Math.round(times.ttlMillis() * (1 + JITTER * (2 * unit - 1))));
    }

    private <V, A> void ask(RedisLookUp.Reading<V, A> reading, Call call, Command<V> command, Consumer<A> to) {
        if (!redis.lookUps().enter()) {
            to.accept(reading.nothing(L2Observer.LookUp.OPEN));
            return;
        }
        long now = redis.clock().nanoTime();
        RedisLookUp<V, A> lookUp = new RedisLookUp<>(
                to,
                reading,
                redis.lookUps(),
                model.observer(),
                redis.clock(),
                now,
                now + times.budgetNanos(),
                call.deadlineNanos());
        budgets.add(lookUp);
        long told = redis.told().getAsLong();
        var unused = command.send().whenComplete(lookUp);
        if (!lookUp.isOver()) {
            call.onDone(lookUp::callerIsGone);
        } else if (told != redis.told().getAsLong()) {
            // A reply that is there at once is taken here, not on Redis' thread: perhaps after what was told behind it.
            reading.keys().forEach(model.near()::gone);
        }
    }

    /** Look-ups that are held, over or not; for leak checks. */
    int held() {
        return budgets.held();
    }

    /** What goes in Redis is not told on from here on. Called once. */
    @Override
    public void close() {
        onClose.run();
    }

    private interface Command<V> {
        CompletionStage<V> send();
    }

    private Found read(CacheKey key, byte @Nullable [] value) {
        if (value == null) {
            return Found.nothing(L2Observer.LookUp.MISS);
        }
        try {
            return read(redis.codec().decode(key, value, this::shared));
        } catch (UndecodableException e) {
            model.observer().rubbish(e.reason());
        } catch (RuntimeException | OutOfMemoryError e) {
            // A defect, or no memory for a large one: the model can answer all the same.
            model.observer().rubbish(Rubbish.MALFORMED);
        }
        return Found.nothing(L2Observer.LookUp.RUBBISH);
    }

    private Found read(ValueCodec.Decoded value) {
        // Another's clock may be ahead of ours: what is made in the future is made now.
        long ageMillis = Math.max(0, redis.wall().millis() - value.madeMillis());
        if (ageMillis >= times.maxAgeMillis()) {
            return Found.nothing(L2Observer.LookUp.STALE);
        }
        long ageNanos = TimeUnit.MILLISECONDS.toNanos(ageMillis);
        return new Found(L2Observer.LookUp.HIT, new InferenceResponse(value.outputs(), Origin.L2, null, ageNanos));
    }

    private String shared(String name) {
        String before = names.putIfAbsent(name, name);
        return before == null ? name : before;
    }

    private static long length(byte @Nullable [] value) {
        return value == null ? 0 : value.length;
    }

    private final class One implements RedisLookUp.Reading<byte[], Found> {
        private final CacheKey key;

        One(CacheKey key) {
            this.key = key;
        }

        @Override
        public List<CacheKey> keys() {
            return List.of(key);
        }

        @Override
        public Found read(byte[] reply, long nanos) {
            model.observer().answered(nanos, length(reply));
            Found found = RedisAnswers.this.read(key, reply);
            model.observer().lookedUp(found.outcome(), 1);
            return found;
        }

        @Override
        public boolean isReadable(Found read) {
            return read.outcome() != L2Observer.LookUp.RUBBISH;
        }

        @Override
        public Found nothing(L2Observer.LookUp outcome) {
            model.observer().lookedUp(outcome, 1);
            return Found.nothing(outcome);
        }
    }

    private final class Several implements RedisLookUp.Reading<List<byte[]>, List<Found>> {
        private final List<CacheKey> all;

        Several(List<CacheKey> all) {
            this.all = all;
        }

        @Override
        public List<CacheKey> keys() {
            return all;
        }

        @Override
        public List<Found> read(List<byte[]> reply, long nanos) {
            model.observer()
                    .answered(
                            nanos,
                            reply.stream().mapToLong(RedisAnswers::length).sum());
            List<Found> found = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                Found each = RedisAnswers.this.read(all.get(i), reply.get(i));
                model.observer().lookedUp(each.outcome(), 1);
                found.add(each);
            }
            return found;
        }

        @Override
        public boolean isReadable(List<Found> read) {
            long rubbish = read.stream()
                    .filter(each -> each.outcome() == L2Observer.LookUp.RUBBISH)
                    .count();
            return 2 * rubbish < read.size();
        }

        @Override
        public List<Found> nothing(L2Observer.LookUp outcome) {
            model.observer().lookedUp(outcome, all.size());
            return Collections.nCopies(all.size(), Found.nothing(outcome));
        }
    }
}
