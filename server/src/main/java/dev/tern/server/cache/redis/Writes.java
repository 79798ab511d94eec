package dev.tern.server.cache.redis;

import dev.tern.server.cache.Asked;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Together;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on their way to Redis, bounded in number and bytes: what comes when too much is under way is dropped. Any thread
 * may offer; encoding and sending is done by the writer's thread. What is cleared or made anew before it was sent
 * is dropped, too.
 */
final class Writes {
    private static final Logger LOG = LoggerFactory.getLogger(Writes.class);

    private final Store store;
    private final ValueCodec codec;
    private final Breaker breaker;
    private final Executor writer;
    private final int maxCount;
    private final long maxBytes;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** One that takes nothing in has nothing to give back, and a closed one drops what it still has. */
    private volatile boolean closed;

    /**
     * @param writer one thread, for nothing else
     * @param maxCount answers under way
     * @param maxBytes of them together
     */
    Writes(Store store, ValueCodec codec, Breaker breaker, Executor writer, int maxCount, long maxBytes) {
        this.store = store;
        this.codec = codec;
        this.breaker = breaker;
        this.writer = writer;
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /** Bytes of answers that are under way. */
    long bytes() {
        return bytes.get();
    }

    /** Answers that are under way. */
    int count() {
        return count.get();
    }

    /** Sends nothing more. */
    void close() {
        closed = true;
    }

    /**
     * What is to be written.
     *
     * @param madeMillis when the model gave it, since 1970
     * @param asked how things stood with what the process has in memory when the model was asked
     */
    record Answer(CacheKey key, List<Tensor> outputs, long madeMillis, long ttlMillis, Asked asked) {}

    /** Writes {@code answer}, whose payloads are retained for as long as they are needed. */
    void offer(ModelSide model, Answer answer) {
        long size = OutputsForm.size(answer.outputs());
        if (!breaker.enter()) {
            model.observer().wrote(L2Observer.Write.OPEN, size);
        } else if (!reserve(size)) {
            breaker.undecided();
            model.observer().wrote(L2Observer.Write.DROPPED, size);
        } else {
            for (Tensor output : answer.outputs()) {
                Object unused = output.data().retain();
            }
            hand(new Pending(model, answer, size));
        }
    }

    private boolean reserve(long size) {
        boolean fits = count.incrementAndGet() <= maxCount;
        fits &= bytes.addAndGet(size) <= maxBytes;
        if (!fits) {
            giveBack(size);
        }
        return fits;
    }

    private void giveBack(long size) {
        count.decrementAndGet();
        bytes.addAndGet(-size);
    }

    /** The writer is woken when all answers of a batch have been handed over, not between them. */
    private void hand(Pending pending) {
        Together others = Together.current();
        if (others != null) {
            others.leave(writer, pending);
            return;
        }
        try {
            writer.execute(pending);
        } catch (RejectedExecutionException e) {
            pending.run();
        }
    }

    private final class Pending implements Runnable {
        private final ModelSide model;
        private final Answer answer;
        private final long size;

        Pending(ModelSide model, Answer answer, long size) {
            this.model = model;
            this.answer = answer;
            this.size = size;
        }

        @Override
        public void run() {
            L2Observer.Write otherwise = L2Observer.Write.FAILED;
            byte[] value = null;
            try {
                if (closed || !answer.asked().isCurrent(model.near().asked(answer.key()))) {
                    otherwise = L2Observer.Write.DROPPED;
                } else {
                    value = codec.encode(answer.key(), answer.outputs(), answer.madeMillis());
                    otherwise = L2Observer.Write.TOO_LARGE;
                }
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.warn("An answer could not be written to Redis", e);
            } finally {
                answer.outputs().forEach(output -> output.data().release());
                if (value == null) {
                    breaker.undecided();
                    end(otherwise, size);
                }
            }
            if (value != null) {
                send(value);
            }
        }

        private void send(byte[] value) {
            int length = value.length;
            CompletionStage<?> sending;
            try {
                sending = store.put(model.keys().write(answer.key()), value, answer.ttlMillis());
            } catch (RuntimeException | OutOfMemoryError e) {
                sending = CompletableFuture.failedFuture(e);
            }
            var unused = sending.whenComplete((done, error) -> sent(length, error));
        }

        private void sent(int length, @Nullable Throwable error) {
            if (error == null) {
                breaker.succeeded();
                end(L2Observer.Write.DONE, length);
            } else {
                breaker.failed();
                end(L2Observer.Write.FAILED, length);
            }
        }

        private void end(L2Observer.Write outcome, long length) {
            giveBack(size);
            model.observer().wrote(outcome, length);
        }
    }
}
