package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.admin.v1.ClearCacheRequest;
import dev.tern.proto.admin.v1.ClearCacheResponse;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.SchedulingState;
import dev.tern.server.repository.ModelRepository;
import dev.tern.server.repository.RepositoryOptions;
import dev.tern.server.repository.SharedCache;
import dev.tern.server.repository.Version;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.ModelDirectory;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ClearCache call whose steps wait to be told. */
class CacheClearingTest {
    @TempDir
    private Path models;

    private final ManualExecutor loaders = new ManualExecutor();
    private final ManualExecutor clearing = new ManualExecutor();
    private final CompletableFuture<SharedCache.Cleared> shared = new CompletableFuture<>();
    private final List<String> steps = new ArrayList<>();
    private final List<Object> told = new ArrayList<>();
    private ModelRepository repository;

    @BeforeEach
    void load() {
        ModelDirectory.of(models, "m").version(1, new byte[0]);
        repository = new ModelRepository(
                RepositoryOptions.of(models),
                source -> new Cached(),
                Runnable::run,
                loaders,
                clearing,
                new FakeClock());
        var loaded = repository.start();
        loaders.runAll();
        assertThat(loaded).isCompleted();
    }

    private void begin() {
        new AdminService(repository, Undivided.traffic(new FakeClock()), NoRollouts.make())
                .clearCache(
                        ClearCacheRequest.newBuilder()
                                .setModel("m")
                                .setRedis(true)
                                .build(),
                        new Told());
        clearing.runAll();
    }

    @Test
    void memoryIsClearedAgainWhenRedisHasBeen() {
        begin();
        assertThat(steps).containsExactly("memory", "redis");
        shared.complete(new SharedCache.Cleared(3, ""));
        assertThat(told).isEmpty();
        clearing.runAll();
        assertThat(steps).containsExactly("memory", "redis", "memory");
        assertThat(told)
                .containsExactly(
                        ClearCacheResponse.newBuilder()
                                .setCleared(7)
                                .setClearedInRedis(3)
                                .build(),
                        "end");
    }

    @Test
    void memoryIsClearedAgainWhereRedisHasBeenInPartOnly() {
        begin();
        shared.complete(new SharedCache.Cleared(3, "it was not well"));
        assertThat(told).isEmpty();
        clearing.runAll();
        assertThat(steps).containsExactly("memory", "redis", "memory");
        assertThat(told)
                .containsExactly("UNAVAILABLE the response cache of model 'm' was cleared in memory, but not in Redis,"
                        + " as it was not well; 3 answers were removed there before");
    }

    @Test
    void aVersionIsClosedWhileRedisIsCleared() {
        begin();
        var closed = repository.shutdown(Long.MAX_VALUE);
        loaders.runAll();
        assertThat(closed).isCompletedWithValue(List.of());
        assertThat(steps).containsExactly("memory", "redis", "closed");
        shared.complete(new SharedCache.Cleared(3, ""));
        assertThat(told).as("with nothing left to clear").hasSize(2).endsWith("end");
        assertThat(steps).hasSize(3);
    }

    private final class Cached implements Version {
        @Override
        public OptionalLong clearCache() {
            steps.add("memory");
            return OptionalLong.of(7);
        }

        @Override
        public Optional<SharedCache> sharedCache() {
            return Optional.of(() -> {
                steps.add("redis");
                return shared;
            });
        }

        @Override
        public ModelConfig config() {
            return ModelConfig.getDefaultInstance();
        }

        @Override
        public Predictor predictor() {
            return (request, reply) -> reply.fail(Failure.invalid("a fake answers nothing"));
        }

        @Override
        public List<String> warnings() {
            return List.of();
        }

        @Override
        public int instances() {
            return 1;
        }

        @Override
        public SchedulingState scheduling() {
            return new SchedulingState(0, 0, List.of(), 0, 0, Optional.empty());
        }

        @Override
        public void close() {
            steps.add("closed");
        }
    }

    private final class Told implements StreamObserver<ClearCacheResponse> {
        @Override
        public void onNext(ClearCacheResponse response) {
            told.add(response);
        }

        @Override
        public void onError(Throwable error) {
            Status status = Status.fromThrowable(error);
            told.add(status.getCode() + " " + status.getDescription());
        }

        @Override
        public void onCompleted() {
            told.add("end");
        }
    }
}
