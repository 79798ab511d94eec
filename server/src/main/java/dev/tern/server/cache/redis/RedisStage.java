package dev.tern.server.cache.redis;

import dev.tern.server.cache.Asked;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests from Redis, and writes there what the model answered. A request without a key, and one that Redis has
 * nothing for within the budget, goes on; whatever is wrong with Redis, no request fails by it.
 */
public final class RedisStage implements Predictor {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStage.class);

    private final RedisAnswers answers;
    private final Predicate<InferenceRequest> refreshes;
    private final Predictor next;

    /** @param refreshes whether a request with a key wants no kept answer, but its own kept */
    public RedisStage(RedisAnswers answers, Predicate<InferenceRequest> refreshes, Predictor next) {
        this.answers = answers;
        this.refreshes = refreshes;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        CacheKey key = request.key();
        if (key == null) {
            next.predict(request, reply);
        } else if (refreshes.test(request)) {
            next.predict(request, new Computed(key, true, answers.asked(key).byRefresh(), Origin.BYPASS, reply));
        } else {
            Asked asked = answers.asked(key);
            answers.get(key, request.call(), found -> answer(request, key, found, asked, reply));
        }
    }

    private void answer(InferenceRequest request, CacheKey key, Found found, Asked asked, Reply reply) {
        InferenceResponse kept = found.answer();
        try {
            if (kept != null) {
                // The caller's event loop writes it, as it writes what the runners answer.
                Together.run(() -> reply.succeed(kept));
                return;
            }
            next.predict(request, new Computed(key, found.isMissing(), asked, Origin.MISS, reply));
        } catch (RuntimeException | Error e) {
            // On Redis' thread or the timer's nobody else would answer.
            LOG.error("A request could not be answered or passed on", e);
            reply.fail(new Failure(Kind.INTERNAL, "internal error while handling the request", e));
        }
    }

    /** Takes the model's answer: to the caller first, then to Redis. */
    private final class Computed extends ForwardingReply {
        private final CacheKey key;
        private final boolean kept;
        private final Asked asked;
        private final Origin origin;

        Computed(CacheKey key, boolean kept, Asked asked, Origin origin, Reply reply) {
            super(reply);
            this.key = key;
            this.kept = kept;
            this.asked = asked;
            this.origin = origin;
        }

        @Override
        public void succeed(InferenceResponse response) {
            if (response.origin() != Origin.MODEL) {
                to().succeed(response);
                return;
            }
            InferenceResponse answer = new InferenceResponse(response.outputs(), origin);
            if (kept) {
                thenKeep(answer);
            } else {
                to().succeed(answer);
            }
        }

        private void thenKeep(InferenceResponse answer) {
            answer.retain();
            try {
                to().succeed(answer);
            } finally {
                keep(answer);
                answer.release();
            }
        }

        private void keep(InferenceResponse response) {
            try {
                answers.put(key, response, asked);
            } catch (RuntimeException | OutOfMemoryError e) {
                // An answer that cannot be kept is an answer all the same.
                LOG.error("An answer could not be kept", e);
            }
        }
    }
}
