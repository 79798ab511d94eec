package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.server.predict.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads of models whose instance groups have changed. */
class InstanceChangesTest {
    private static final String ALL_VERSIONS = "version_policy { all {} } ";
    private static final String BYTES = "x".repeat(60);

    @TempDir
    private Path directory;

    private final FakeFactory factory = new FakeFactory();
    private final ManualExecutor loaders = new ManualExecutor();

    @BeforeEach
    void write() {
        TestModels.file(directory.resolve("a/1/model.onnx"), BYTES);
        TestModels.config(directory, "a", "instance_group { count: 2 }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "instance_group { count: 3 }",
                "instance_group { name: 'other' count: 2 }",
                "instance_group { count: 1 rate_limiter { priority: 2 } } instance_group { count: 1 }",
                "instance_group { count: 3 } version_policy { all {} }"
            })
    void otherInstancesAreMadeOfWhatIsServed(String config) {
        ModelRepository repository = started(OptionalLong.empty());
        ServedVersion inFlight = lease(repository);
        TestModels.config(directory, "a", config);
        assertThat(load(repository)).isEmpty();

        assertThat(factory.created()).hasSize(1);
        assertThat(factory.alike()).hasSize(1);
        assertThat(lease(repository)).isNotSameAs(inFlight);
        assertThat(lease(repository).config().getInstanceGroup(0).getCount())
                .isEqualTo(factory.alike()
                        .get(0)
                        .source()
                        .config()
                        .getInstanceGroup(0)
                        .getCount());
        assertThat(factory.only().timesClosed()).as("a request is in flight").isZero();
        inFlight.release();
        loaders.runAll();
        assertThat(factory.only().timesClosed()).isEqualTo(1);
        assertThat(factory.alike().get(0).timesClosed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "instance_group { count: 2 host_policy: 'far' }",
                "instance_group { count: 3 } max_batch_size: 8",
                "instance_group { count: 3 } parameters { key: 'intra_op_thread_count' value { string_value: '2' } }",
                "instance_group { count: 3 } optimization { graph { level: 1 } }"
            })
    void whatElseIsOtherIsLoaded(String config) {
        ModelRepository repository = started(OptionalLong.empty());
        TestModels.config(directory, "a", config);
        assertThat(load(repository)).isEmpty();

        assertThat(factory.created()).hasSize(2);
        assertThat(factory.alike()).isEmpty();
    }

    @Test
    void anOtherFileIsLoadedWhateverTheInstances() {
        ModelRepository repository = started(OptionalLong.empty());
        TestModels.config(directory, "a", "instance_group { count: 3 }");
        TestModels.file(directory.resolve("a/1/model.onnx"), BYTES + "y");
        assertThat(load(repository)).isEmpty();

        assertThat(factory.created()).hasSize(2);
        assertThat(factory.alike()).isEmpty();
    }

    @Test
    void whatCannotBeMadeOfAnotherIsLoaded() {
        ModelRepository repository = started(OptionalLong.empty());
        factory.loadOnly();
        TestModels.config(directory, "a", "instance_group { count: 3 }");
        assertThat(load(repository)).isEmpty();

        assertThat(factory.created()).extracting(FakeVersion::timesClosed).containsExactly(1, 0);
    }

    @Test
    void eachVersionIsMadeOfItsOwn() {
        TestModels.file(directory.resolve("a/2/model.onnx"), BYTES);
        TestModels.config(directory, "a", ALL_VERSIONS + "instance_group { count: 2 }");
        ModelRepository repository = started(OptionalLong.empty());
        TestModels.file(directory.resolve("a/3/model.onnx"), BYTES);
        TestModels.config(directory, "a", ALL_VERSIONS + "instance_group { count: 3 }");
        assertThat(load(repository)).isEmpty();

        assertThat(factory.created())
                .extracting(each -> each.source().version())
                .containsExactly(1L, 2L, 3L);
        assertThat(factory.alike()).extracting(each -> each.source().version()).containsExactly(1L, 2L);
    }

    @Test
    void labelsAndPolicyAreThoseOfTheNewConfiguration() {
        ModelRepository repository = started(OptionalLong.empty());
        TestModels.config(
                directory,
                "a",
                ALL_VERSIONS + "instance_group { count: 3 }"
                        + " parameters { key: 'tern.version.labels' value { string_value: 'stable:1' } }");
        assertThat(load(repository)).isEmpty();

        assertThat(factory.alike()).hasSize(1);
        assertThat(repository.labels("a")).containsEntry("stable", 1L);
        assertThat(lease(repository).config().getVersionPolicy().hasAll()).isTrue();
    }

    @Test
    void aCallsConfigurationAndFilesAreComparedAsTheRepositorysAre() {
        ModelRepository repository = started(OptionalLong.empty());
        assertThat(load(repository, "{\"instance_group\": [{\"count\": 3}]}", Map.of()))
                .isEmpty();
        assertThat(load(
                        repository,
                        "{\"instance_group\": [{\"count\": 4}]}",
                        Map.of("1/model.onnx", ByteString.copyFromUtf8(BYTES))))
                .isEmpty();
        assertThat(load(repository)).as("the repository's again").isEmpty();

        assertThat(factory.created()).extracting(FakeVersion::timesClosed).containsExactly(1);
        assertThat(factory.alike()).extracting(FakeVersion::timesClosed).containsExactly(1, 1, 0);
    }

    @Test
    void weightsThatAreSharedCountOnce() {
        ModelRepository repository = started(OptionalLong.of(100));
        ServedVersion inFlight = lease(repository);
        TestModels.config(directory, "a", "instance_group { count: 3 }");
        assertThat(load(repository)).as("although 40 bytes are left").isEmpty();
        TestModels.file(directory.resolve("b/1/model.onnx"), "y".repeat(40));
        assertThat(load(repository, "b"))
                .as("although two versions of 60 bytes are open")
                .isEmpty();
        inFlight.release();
        loaders.runAll();
        TestModels.file(directory.resolve("c/1/model.onnx"), "z");
        assertThat(load(repository, "c"))
                .get()
                .satisfies(failure -> assertThat(failure.message())
                        .as("the weights stay, though the version that loaded them has gone")
                        .contains("there are 0 left"));
    }

    @Test
    void whatIsLoadedBecauseItCannotBeSharedCounts() {
        ModelRepository repository = started(OptionalLong.of(120));
        factory.loadOnly();
        ServedVersion inFlight = lease(repository);
        TestModels.config(directory, "a", "instance_group { count: 3 }");
        assertThat(load(repository)).isEmpty();
        TestModels.file(directory.resolve("b/1/model.onnx"), "y");

        assertThat(load(repository, "b")).isPresent();
        inFlight.release();
        loaders.runAll();
        assertThat(load(repository, "b")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aFailureLeavesTheOldOneServing(boolean crash) {
        ModelRepository repository = started(OptionalLong.empty());
        ServedVersion before = lease(repository);
        before.release();
        if (crash) {
            factory.crash("a/1", () -> new AssertionError("meant to be"));
        } else {
            factory.fail("a/1", "there is no such resource");
        }
        TestModels.config(directory, "a", "instance_group { count: 3 }");
        assertThat(load(repository)).isPresent();

        assertThat(lease(repository)).isSameAs(before);
        assertThat(before.config().getInstanceGroup(0).getCount()).isEqualTo(2);
        before.release();
        assertThat(before.leases()).as("what the load had, too").isZero();
        assertThat(factory.only().timesClosed()).isZero();
    }

    @Test
    void whatIsServedStaysOpenWhileAnotherIsMadeOfIt() {
        ModelRepository repository = started(OptionalLong.empty());
        ServedVersion served = lease(repository);
        served.release();
        TestModels.config(directory, "a", "instance_group { count: 3 }");
        factory.meanwhile(() -> {
            CompletableFuture<List<String>> stopped = repository.shutdown(Long.MAX_VALUE);
            assertThat(stopped).isNotDone();
            assertThat(served.leases()).as("the load's").isEqualTo(1);
        });
        CompletableFuture<Optional<Failure>> loaded = repository.load(LoadRequest.of("a"));
        loaders.runAll();

        assertThat(loaded.join()).isPresent();
        assertThat(repository.shutdown(Long.MAX_VALUE)).isCompletedWithValue(List.of());
        assertThat(factory.only().timesClosed()).isEqualTo(1);
        assertThat(factory.alike()).extracting(FakeVersion::timesClosed).containsExactly(1);
    }

    @Test
    void loadersThatHaveStoppedKeepNoLease() {
        ModelRepository repository = started(OptionalLong.empty());
        ServedVersion served = lease(repository);
        TestModels.config(directory, "a", "instance_group { count: 3 }");
        CompletableFuture<Optional<Failure>> loaded = repository.load(LoadRequest.of("a"));
        loaders.close();
        loaders.runAll();

        assertThat(loaded.join()).isPresent();
        assertThat(served.leases()).isEqualTo(1);
    }

    private ModelRepository started(OptionalLong memoryLimit) {
        ModelRepository repository = new ModelRepository(
                RepositoryOptions.of(directory)
                        .with(new ControlSettings(
                                ControlMode.EXPLICIT, List.of("a"), Duration.ofSeconds(15), 0, memoryLimit)),
                factory,
                Runnable::run,
                loaders,
                loaders,
                new ManualClock());
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        loaders.runAll();
        assertThat(loaded).isCompleted();
        return repository;
    }

    private Optional<Failure> load(ModelRepository repository) {
        return load(repository, "a");
    }

    private Optional<Failure> load(ModelRepository repository, String model) {
        return load(repository, LoadRequest.of(model));
    }

    private Optional<Failure> load(ModelRepository repository, String config, Map<String, ByteString> files) {
        return load(repository, new LoadRequest("a", Optional.of(config), files));
    }

    private Optional<Failure> load(ModelRepository repository, LoadRequest request) {
        CompletableFuture<Optional<Failure>> loaded = repository.load(request);
        loaders.runAll();
        return loaded.join();
    }

    private static ServedVersion lease(ModelRepository repository) {
        return (ServedVersion) repository.acquire("a", "");
    }
}
