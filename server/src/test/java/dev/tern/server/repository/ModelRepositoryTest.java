package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.tern.server.predict.Failure.Kind;
import java.lang.reflect.Proxy;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRepositoryTest {
    @TempDir
    private Path directory;

    private final FakeFactory factory = new FakeFactory();
    private final ManualExecutor loaders = new ManualExecutor();
    private final ManualClock clock = new ManualClock();

    @Test
    void servesEveryModel() {
        TestModels.model(directory, "a", "1", "2");
        TestModels.model(directory, "b", "7");
        TestModels.config(directory, "a", "model_metrics { metric_control {} }");
        ModelRepository repository = started();
        ServedVersion served = lease(repository, "a", "");
        assertThat(served.model()).isEqualTo("a");
        assertThat(served.version()).isEqualTo(2);
        assertThat(served.config().getMaxBatchSize()).isEqualTo(32);
        assertThat(served.predictor()).isNotNull();
        assertThat(lease(repository, "b", "7").version()).isEqualTo(7);
        assertThat(repository.ready()).isTrue();
        assertThat(repository.index()).extracting(ModelIndex::name).containsExactly("a", "b");
        assertThat(repository.index().get(0).repository()).isEqualTo(directory.toString());
        VersionIndex version = repository.index().get(0).versions().get(0);
        assertThat(version.state()).isEqualTo(VersionState.READY);
        assertThat(version.config()).isEqualTo(served.config());
        assertThat(version.instances()).isEqualTo(3);
        assertThat(version.warnings())
                .containsExactly(
                        "config.pbtxt: model_metrics: has no effect in this version of Tern", "made for a test");
    }

    @Test
    void anEmptyVersionIsTheNewest() {
        TestModels.model(directory, "a", "9", "10", "1");
        TestModels.config(directory, "a", "version_policy { all {} }");
        ModelRepository repository = started();
        assertThat(lease(repository, "a", "").version()).isEqualTo(10);
        assertThat(lease(repository, "a", "9").version()).isEqualTo(9);
        assertThat(lease(repository, "a", "1 of them").version()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            none | '' | NOT_FOUND        | Request for unknown model: 'none' is not found
            none | 1  | NOT_FOUND        | Request for unknown model: 'none' is not found
            good | 3  | NOT_FOUND        | Request for unknown model: 'good' version 3 is not found
            bad  | '' | NOT_FOUND        | Request for unknown model: 'bad' has no available versions
            bad  | 2  | UNAVAILABLE      | Request for unknown model: 'bad' version 2 is not at ready state
            odd  | '' | NOT_FOUND        | Request for unknown model: 'odd' has no available versions
            odd  | 1  | NOT_FOUND        | Request for unknown model: 'odd' version 1 is not found
            good | x  | INVALID_ARGUMENT | failed to get model version from specified version string 'x' (details: stol), version should be an integral value > 0
            none | -1 | INVALID_ARGUMENT | invalid model version specified '-1' , version should be an integral value > 0
            """)
    void refusesInTritonsWords(String model, String version, Kind kind, String message) {
        TestModels.model(directory, "good", "1");
        TestModels.model(directory, "bad", "2");
        TestModels.model(directory, "odd", "1");
        TestModels.config(directory, "odd", "max_batch_size: -1");
        factory.fail("bad/2", "the file is no model");
        ModelRepository repository = started();
        Refusal refusal = refusal(repository, model, version);
        assertThat(refusal.failure().kind()).isEqualTo(kind);
        assertThat(refusal.failure().message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bad  | '' | Request for unknown model: 'bad' has no available versions: the file is no model
            bad  | 2  | Request for unknown model: 'bad' version 2 is not at ready state: the file is no model
            odd  | '' | Request for unknown model: 'odd' has no available versions: config.pbtxt: max_batch_size: -1 is not allowed; must be >= 0, 0 for no batching
            none | '' | Request for unknown model: 'none' is not found
            """)
    void whoAsksForReadinessHearsWhy(String model, String version, String message) {
        TestModels.model(directory, "good", "1");
        TestModels.model(directory, "bad", "2");
        TestModels.model(directory, "odd", "1");
        TestModels.config(directory, "odd", "max_batch_size: -1");
        factory.fail("bad/2", "the file is no model");
        assertThat(refusal(started(), model, version).explained().message()).isEqualTo(message);
    }

    @Test
    void versionsOfAModelAreServedTogetherOrNotAtAll() {
        TestModels.model(directory, "a", "1", "2", "3");
        TestModels.model(directory, "b", "1");
        TestModels.config(directory, "a", "version_policy { all {} }");
        factory.fail("a/2", "the file is no model");
        ModelRepository repository = started();
        assertThat(repository.index().get(0).versions())
                .extracting(VersionIndex::version, VersionIndex::state, VersionIndex::reason)
                .containsExactly(
                        tuple(1L, VersionState.UNAVAILABLE, notServed()),
                        tuple(2L, VersionState.UNAVAILABLE, "the file is no model"),
                        tuple(3L, VersionState.UNAVAILABLE, notServed()));
        assertThat(factory.created())
                .extracting(each -> each.source().model(), each -> each.source().version(), FakeVersion::timesClosed)
                .containsExactly(tuple("a", 1L, 1), tuple("a", 3L, 1), tuple("b", 1L, 0));
        assertThat(repository.acquire("b", "")).isInstanceOf(ServedVersion.class);
        assertThat(repository.ready()).isFalse();
    }

    @Test
    void aMissingModelFileFailsItsModel() {
        TestModels.directory(directory.resolve("a/1"));
        ModelRepository repository = started();
        assertThat(repository.index().get(0).versions().get(0).reason())
                .isEqualTo("unable to find '1/model.onnx' for model 'a'");
    }

    @Test
    void anErrorWhileLookingThroughTheRepositoryEndsTheStart() {
        Path broken = (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (path, method, arguments) -> {
                    throw new StackOverflowError("made for a test");
                });
        ModelRepository repository =
                new ModelRepository(RepositoryOptions.of(broken), factory, Runnable::run, loaders, loaders, clock);
        CompletableFuture<List<ModelIndex>> started = repository.start();
        loaders.runAll();

        assertThat(started)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void anErrorInTheFactoryIsAFailureLikeAnyOther() {
        TestModels.model(directory, "a", "1");
        factory.crash("a/1", () -> new UnsatisfiedLinkError("/opt/secret/libmodel.so"));
        ModelRepository repository = started();
        assertThat(repository.index().get(0).versions().get(0).reason())
                .isEqualTo("internal error, see the server's log");
    }

    @Test
    void clearingACacheKeepsNobodyWaiting() {
        TestModels.model(directory, "a", "1");
        ManualExecutor control = new ManualExecutor();
        ManualExecutor clearing = new ManualExecutor();
        ModelRepository repository =
                new ModelRepository(RepositoryOptions.of(directory), factory, control, loaders, clearing, clock);
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        while (!loaded.isDone()) {
            loaders.runAll();
            control.runAll();
        }
        ServedVersion served = lease(repository, "a", "");
        CompletableFuture<OptionalLong> cleared = repository.clearCache(served);
        assertThat(List.of(control.waiting(), loaders.waiting())).containsExactly(0, 0);
        assertThat(cleared).isNotDone();
        clearing.runAll();
        assertThat(cleared).isCompletedWithValue(OptionalLong.empty());
        clearing.close();
        assertThat(repository.clearCache(served)).isCompletedExceptionally();
    }

    @Test
    void lenientReadinessForgivesAFailedModel() {
        TestModels.model(directory, "a", "1");
        factory.fail("a/1", "the file is no model");
        ModelRepository repository = repository(new RepositoryOptions(List.of(directory), "", false));
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        assertThat(repository.ready()).isFalse();
        loaders.runAll();
        assertThat(loaded).isCompleted();
        assertThat(repository.ready()).isTrue();
    }

    @Test
    void anEmptyRepositoryIsReady() {
        ModelRepository repository = repository(RepositoryOptions.of(directory));
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        loaders.runAll();
        assertThat(loaded).isCompletedWithValue(List.of());
        assertThat(repository.ready()).isTrue();
    }

    @Test
    void aMissingRepositoryFailsTheStart() {
        ModelRepository repository = repository(RepositoryOptions.of(directory.resolve("missing")));
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        loaders.runAll();
        assertThatThrownBy(loaded::join).hasCauseInstanceOf(NotDirectoryException.class);
        assertThat(repository.ready()).isFalse();
    }

    @Test
    void startUpIsVisibleStepByStep() {
        TestModels.model(directory, "a", "1", "2");
        TestModels.config(directory, "a", "version_policy { all {} }");
        ModelRepository repository = repository(RepositoryOptions.of(directory));
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        assertThat(refusal(repository, "a", "").failure().message()).isEqualTo("Server not ready");
        assertThat(refusal(repository, "none", "").failure().message()).isEqualTo("Server not ready");

        loaders.runNext();
        assertThat(states(repository)).containsExactly(VersionState.LOADING, VersionState.LOADING);
        assertThat(refusal(repository, "a", "").failure()).satisfies(each -> {
            assertThat(each.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(each.message()).isEqualTo("Server not ready");
        });
        assertThat(refusal(repository, "a", "1").failure().message()).endsWith("version 1 is not at ready state");
        assertThat(refusal(repository, "none", "").failure().message()).endsWith("'none' is not found");

        loaders.runNext();
        assertThat(states(repository)).as("one of two").containsExactly(VersionState.LOADING, VersionState.LOADING);
        assertThat(loaded).isNotDone();

        loaders.runNext();
        assertThat(states(repository)).containsExactly(VersionState.READY, VersionState.READY);
        assertThat(loaded).isCompletedWithValue(repository.index());
        assertThat(loaded.join()).allMatch(ModelIndex::allReady);
    }

    @Test
    void aModelServesBeforeTheOthersAreLoaded() {
        TestModels.model(directory, "a", "1");
        TestModels.model(directory, "b", "1");
        ModelRepository repository = repository(RepositoryOptions.of(directory));
        assertThat(repository.start()).isNotDone();
        loaders.runNext();
        loaders.runNext();
        assertThat(repository.acquire("a", "")).isInstanceOf(ServedVersion.class);
        assertThat(repository.acquire("b", "")).isInstanceOf(Refusal.class);
        assertThat(repository.ready()).isFalse();
    }

    @Test
    void listenersHearOfEveryChange() {
        TestModels.model(directory, "a", "1");
        TestModels.model(directory, "b", "1");
        factory.fail("b/1", "the file is no model");
        ModelRepository repository = repository(new RepositoryOptions(List.of(directory), "", false));
        List<String> news = new ArrayList<>();
        repository.addListener((model, ready) -> {
            throw new IllegalStateException("a listener's own fault");
        });
        repository.addListener(new RepositoryListener() {
            @Override
            public void modelChanged(String model, boolean ready) {
                news.add(model + " " + ready);
            }

            @Override
            public void serverChanged(boolean ready) {
                news.add("server " + ready);
            }
        });
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
        assertThat(news).containsExactly("a false", "b false", "a true", "server true");
        news.clear();
        assertThat(repository.shutdown(1)).isNotDone();
        assertThat(news).containsExactly("server false", "a false");
    }

    @Test
    void progressIsReportedUntilAllIsLoaded() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = repository(RepositoryOptions.of(directory));
        assertThat(repository.start()).isNotDone();
        loaders.runNext();
        assertThat(clock.waiting()).isEqualTo(1);
        clock.advanceTo(30_000_000_000L);
        assertThat(clock.waiting()).as("again in 30 s").isEqualTo(1);
        loaders.runAll();
        clock.advanceTo(60_000_000_000L);
        assertThat(clock.waiting()).isZero();
    }

    private ModelRepository started() {
        ModelRepository repository = repository(RepositoryOptions.of(directory));
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        loaders.runAll();
        assertThat(loaded).isCompleted();
        return repository;
    }

    private ModelRepository repository(RepositoryOptions options) {
        return new ModelRepository(options, factory, Runnable::run, loaders, loaders, clock);
    }

    private static ServedVersion lease(ModelRepository repository, String model, String version) {
        return (ServedVersion) repository.acquire(model, version);
    }

    private static Refusal refusal(ModelRepository repository, String model, String version) {
        return (Refusal) repository.acquire(model, version);
    }

    private static List<VersionState> states(ModelRepository repository) {
        return repository.index().get(0).versions().stream()
                .map(VersionIndex::state)
                .toList();
    }

    private static String notServed() {
        return "not served: version 2 failed to load, and all versions of a model are loaded together";
    }
}
