package dev.tern.server.boot.versions;

import dev.tern.server.admission.ModelContract;
import dev.tern.server.admission.OutputReshape;
import dev.tern.server.admission.Validation;
import dev.tern.server.boot.caches.VersionCache;
import dev.tern.server.boot.drift.VersionDrift;
import dev.tern.server.predict.Predictor;
import dev.tern.server.sequences.SequenceBatching;
import dev.tern.server.sequences.Sequences;
import dev.tern.server.splitting.Splitting;
import java.util.Optional;

/** The way of a request through one version of a model, top to bottom. Leaving a stage out is leaving out its line. */
final class Pipeline {
    private Pipeline() {}

    /**
     * @param cache empty where the model's answers are not kept
     * @param drift empty where nobody looks for drift
     * @param sequences empty where each request is by itself
     */
    static Predictor ofVersion(
            ModelContract contract,
            Optional<VersionCache> cache,
            Optional<VersionDrift> drift,
            Optional<Sequences> sequences,
            Predictor batching) {
        Predictor next = batching;
        next = sequences.isPresent() ? new SequenceBatching(sequences.get(), next) : next;
        next = behindTheCache(contract, next);
        if (cache.isPresent()) {
            next = cache.get().keeping(next);
            next = cache.get().coalescing(next);
            next = cache.get().lookUp(next);
        }
        next = drift.isPresent() ? drift.get().tap(next) : next;
        next = new Validation(contract, next);
        return next;
    }

    /** The same without a cache, for requests that nobody waits for; nor are they looked at for drift. */
    static Predictor withoutCache(ModelContract contract, Predictor batching) {
        return new Validation(contract, behindTheCache(contract, batching));
    }

    private static Predictor behindTheCache(ModelContract contract, Predictor batching) {
        Predictor next = batching;
        next = contract.splitsLargeRequests() ? new Splitting(contract.maxBatchSize(), next) : next;
        next = OutputReshape.isNeeded(contract) ? new OutputReshape(contract, next) : next;
        return next;
    }
}
