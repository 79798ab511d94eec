package dev.tern.server.cache;

import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what comes back for requests with a key in this process's memory, and passes it on as what it is: a miss, or what
 * a further level had. Failures are not kept.
 */
public final class Keeping implements Predictor {
    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);

    private final LocalCache cache;
    private final Clock clock;
    private final CacheObserver observer;
    private final Predictor next;

    public Keeping(LocalCache cache, Clock clock, CacheObserver observer, Predictor next) {
        this.cache = cache;
        this.clock = clock;
        this.observer = observer;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        CacheKey key = request.key();
        next.predict(request, key == null ? reply : new Keeper(key, asked(key, request), reply));
    }

    private Asked asked(CacheKey key, InferenceRequest request) {
        return CacheControl.of(request) == CacheControl.REFRESH ? cache.refresh(key) : cache.asked(key);
    }

    private final class Keeper extends ForwardingReply {
        private final CacheKey key;
        private final Asked asked;

        Keeper(CacheKey key, Asked asked, Reply reply) {
            super(reply);
            this.key = key;
            this.asked = asked;
        }

        @Override
        public void succeed(InferenceResponse response) {
            Origin origin = response.origin() == Origin.MODEL ? Origin.MISS : response.origin();
            if (origin == Origin.L2) {
                observer.foundFar();
            }
            InferenceResponse kept = keep(response);
            if (kept == null) {
                to().succeed(response.from(origin));
            } else {
                // What the model wrote is free at once; the copy needs no release, however many it goes to.
                response.release();
                to().succeed(kept.from(origin));
            }
        }

        private @Nullable InferenceResponse keep(InferenceResponse response) {
            try {
                long start = clock.nanoTime();
                InferenceResponse kept = cache.put(key, response, asked);
                observer.kept(kept != null, clock.nanoTime() - start);
                return kept;
            } catch (RuntimeException | OutOfMemoryError e) {
                // An answer that cannot be kept is an answer all the same.
                LOG.error("An answer could not be kept", e);
                return null;
            }
        }
    }
}
