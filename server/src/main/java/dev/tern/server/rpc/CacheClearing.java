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
 * memory again, for what was found there meanwhile.
 */
final class CacheClearing {
    private final ModelRepository repository;
    private final ServedVersion version;
    private final StreamObserver<ClearCacheResponse> observer;

    /** @param version leased; given back at the end */
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
        } else if (version.config().getResponseCache().getEnable()) {
            fail(Status.FAILED_PRECONDITION
                    .withDescription("this server keeps no answers in Redis: it was started without --redis")
                    .asRuntimeException());
        } else {
            fail(noCache());
        }
    }

    private void clearMemory(LongConsumer then) {
        var unused = repository.clearCache(version).whenComplete((cleared, error) -> {
            if (error != null) {
                fail(unavailable("could not be cleared"));
            } else if (cleared.isEmpty()) {
                fail(noCache());
            } else {
                then.accept(cleared.getAsLong());
            }
        });
    }

    private void clear(SharedCache shared, long cleared) {
        var unused = shared.clear().thenAccept(removed -> {
            if (removed.problem().isEmpty()) {
                clearMemory(again -> answer(cleared, removed.answers()));
            } else {
                fail(unavailable("was cleared in memory, but not in Redis, as " + removed.problem() + "; "
                        + removed.answers() + " answers were removed there before"));
            }
        });
    }

    private StatusRuntimeException unavailable(String problem) {
        return StatusMapping.toStatus(
                Failure.of(Kind.UNAVAILABLE, "the response cache of model '" + version.model() + "' " + problem));
    }

    private StatusRuntimeException noCache() {
        return StatusMapping.toStatus(Failure.invalid("model '" + version.model()
                + "' has no response cache: its configuration does not say response_cache { enable: true }"));
    }

    private void answer(long cleared, long shared) {
        version.release();
        observer.onNext(ClearCacheResponse.newBuilder()
                .setCleared(cleared)
                .setClearedInRedis(shared)
                .build());
        observer.onCompleted();
    }

    private void fail(StatusRuntimeException status) {
        version.release();
        observer.onError(status);
    }
}
