package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.batching.Batching;
import dev.tern.server.boot.caches.VersionCache;
import dev.tern.server.boot.drift.VersionDrift;
import dev.tern.server.boot.meters.VersionMeters;
import dev.tern.server.host.NativeHeap;
import dev.tern.server.predict.DriftWatch;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.SchedulingState;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.repository.SharedCache;
import dev.tern.server.repository.Version;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.repository.VersionSource;
import dev.tern.server.sequences.Sequences;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A loaded ONNX model with its pipeline.
 *
 * @param factory that made it
 */
record OnnxVersion(
        ModelConfig config,
        Predictor predictor,
        List<String> warnings,
        int instances,
        Supplier<List<List<Tensor>>> requests,
        Batching batching,
        Background behind,
        Optional<VersionCache> cache,
        Optional<Sequences> sequences,
        Optional<VersionDrift> watched,
        VersionMeters meters,
        LoadedModel model,
        OnnxVersionFactory factory)
        implements Version {
    OnnxVersion {
        warnings = List.copyOf(warnings);
    }

    @Override
    public Predictor background() {
        return behind.predictor();
    }

    @Override
    public Optional<Version> withInstances(VersionSource source) throws VersionLoadException {
        return Optional.of(factory.like(this, source));
    }

    /** A cache digests them, and what looks for drift samples them. */
    @Override
    public boolean readsInputsOnce() {
        return cache.isEmpty() && watched.isEmpty();
    }

    @Override
    public List<List<Tensor>> samples() {
        return requests.get();
    }

    @Override
    public SchedulingState scheduling() {
        SchedulingState state = batching.scheduling();
        return sequences.isPresent()
                ? state.withQueued(state.queued() + sequences.get().waiting())
                : state;
    }

    @Override
    public ServingStatistics statistics() {
        return meters.statistics();
    }

    @Override
    public void succeeded(Origin origin, long nanos) {
        meters.succeeded(origin, nanos);
    }

    @Override
    public void failed(Failure.Kind kind, long nanos) {
        meters.failed(kind, nanos);
    }

    @Override
    public OptionalLong clearCache() {
        return cache.isPresent() ? OptionalLong.of(cache.get().local().clear()) : OptionalLong.empty();
    }

    @Override
    public Optional<SharedCache> sharedCache() {
        return cache.flatMap(VersionCache::shared);
    }

    @Override
    public Optional<DriftWatch> drift() {
        return watched.map(VersionDrift::watch);
    }

    @Override
    public void close() {
        // It makes its instance of one of the others'.
        behind.close();
        batching.close();
        sequences.ifPresent(Sequences::close);
        watched.ifPresent(VersionDrift::close);
        cache.ifPresent(VersionCache::close);
        meters.close();
        // What the session had: the C library would keep it.
        NativeHeap.trim();
    }
}
