package dev.tern.server.cache;

import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests whose answers are in this process's memory, at once; gives the others the key that theirs are to be
 * kept under. Takes requests in the form that the model takes them in: their inputs checked.
 */
public final class LookUp implements Predictor {
    private final RequestKeys keys;
    private final @Nullable LocalCache cache;
    private final Clock clock;
    private final LookUpSample sample;
    private final Predictor next;

    /**
     * @param cache null where what is kept is looked up further on
     * @param sample says which requests are looked up, by what it is told
     */
    public LookUp(RequestKeys keys, @Nullable LocalCache cache, Clock clock, LookUpSample sample, Predictor next) {
        this.keys = keys;
        this.cache = cache;
        this.clock = clock;
        this.sample = sample;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        CacheControl control = CacheControl.of(request);
        if (control == null) {
            reply.fail(Failure.invalid(
                    request,
                    "parameter '" + CacheControl.PARAMETER + "' is '"
                            + request.parameters().get(CacheControl.PARAMETER) + "'; must be 'bypass' or 'refresh'"));
            return;
        }
        switch (control) {
            case USE -> {
                if (sample.takes(request)) {
                    lookUp(request, reply);
                } else {
                    next.predict(request, new WithOrigin(Origin.MISS, reply));
                }
            }
            // The model was to be asked, whether its answer is kept or not.
            case REFRESH -> {
                sample.refreshed();
                next.predict(request.withKey(keys.of(request)), new WithOrigin(Origin.BYPASS, reply));
            }
            case BYPASS -> {
                sample.bypassed();
                next.predict(request, new WithOrigin(Origin.BYPASS, reply));
            }
        }
    }

    private void lookUp(InferenceRequest request, Reply reply) {
        long start = clock.nanoTime();
        CacheKey key = keys.of(request);
        if (cache == null) {
            next.predict(request.withKey(key), reply);
            return;
        }
        InferenceResponse kept = cache.get(key);
        long nanos = clock.nanoTime() - start;
        if (kept == null) {
            sample.missed(nanos);
            next.predict(request.withKey(key), reply);
        } else {
            sample.hit(nanos);
            reply.succeed(kept);
        }
    }
}
