package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.ClearCacheResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.repository.SharedCache;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.LongConsumer;

/**
 * One ClearCache call. Memory first: from then on nothing of before is written to where servers share it. Then that; then
 * memory again, for what was found there meanwhile, whether or not all of it went.
 */
final class CacheClearing {
    private final ModelRepository repository;
    private final ServedVersion version;
    private final StreamObserver<ClearCacheResponse> observer;

    /** @param version leased; given back when memory has been cleared: what follows may take long */
    CacheClearing(ModelRepository repository, ServedVersion version, StreamObserver<ClearCacheResponse> observer) {
        this.repository = repository;
        this.version = version;
        this.observer = observer;
    }

    /** Clears this process's memory. */
    void local() {
        clearMemory(cleared -> answer(cleared, 0));
    }

    /** Clears what servers share, too. */
    void everywhere() {
        SharedCache shared = version.sharedCache().orElse(null);
        if (shared != null) {
            clearMemory(cleared -> clear(shared, cleared));
            return;
        }
        boolean cached = version.config().getResponseCache().getEnable();
        version.release();
        observer.onError(cached ? noRedis() : noCache());
    }

    private void clearMemory(LongConsumer then) {
        var unused = repository.clearCache(version).whenComplete((cleared, error) -> {
            version.release();
            if (error != null) {
                observer.onError(unavailable("could not be cleared"));
            } else if (cleared.isEmpty()) {
                observer.onError(noCache());
            } else {
                then.accept(cleared.getAsLong());
            }
        });
    }

    private void clear(SharedCache shared, long cleared) {
        var unused = shared.clear().thenAccept(removed -> clearMemoryAgain(() -> answer(cleared, removed)));
    }

    /** Of whichever version is served by now: without any, nothing is kept. */
    private void clearMemoryAgain(Runnable then) {
        if (repository.acquire(version.model(), "") instanceof ServedVersion served) {
            var unused = repository.clearCache(served).whenComplete((cleared, error) -> {
                served.release();
                if (error == null) {
                    then.run();
                } else {
                    observer.onError(unavailable("could not be cleared"));
                }
            });
        } else {
            then.run();
        }
    }

    private void answer(long cleared, SharedCache.Cleared removed) {
        if (removed.problem().isEmpty()) {
            answer(cleared, removed.answers());
        } else {
            observer.onError(unavailable("was cleared in memory, but not in Redis, as " + removed.problem() + "; "
                    + removed.answers() + " answers were removed there before"));
        }
    }

    private void answer(long cleared, long shared) {
        observer.onNext(ClearCacheResponse.newBuilder()
                .setCleared(cleared)
                .setClearedInRedis(shared)
                .build());
        observer.onCompleted();
    }

    private StatusRuntimeException unavailable(String problem) {
        return StatusMapping.toStatus(
                Failure.of(Kind.UNAVAILABLE, "the response cache of model '" + version.model() + "' " + problem));
    }

    private static StatusRuntimeException noRedis() {
        return Status.FAILED_PRECONDITION
                .withDescription("this server keeps no answers in Redis: it was started without --redis")
                .asRuntimeException();
    }

    private StatusRuntimeException noCache() {
        return StatusMapping.toStatus(Failure.invalid("model '" + version.model()
                + "' has no response cache: its configuration does not say response_cache { enable: true }"));
    }
}
