package dev.tern.server.repository;

import static dev.tern.server.testing.EnsembleText.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.testing.EnsembleText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ensembles come and go with the models of their steps. */
class EnsemblesTest {
    private static final String FOUR = signature(4);

    @TempDir
    private Path directory;

    private final FakeFactory factory = new FakeFactory();
    private final ManualExecutor loaders = new ManualExecutor();
    private final ManualClock clock = new ManualClock();

    private static String signature(int width) {
        return "input { name: 'x' data_type: TYPE_FP32 dims: [ " + width
                + " ] } output { name: 'y' data_type: TYPE_FP32 dims: [ " + width + " ] } ";
    }

    private void model(String name) {
        TestModels.model(directory, name, "1");
        TestModels.config(directory, name, FOUR);
    }

    /** {@code x -> models, one after the other -> y}. */
    private void ensemble(String name, String... models) {
        TestModels.directory(directory.resolve(name).resolve("1"));
        String[] steps = new String[models.length];
        for (int i = 0; i < models.length; i++) {
            steps[i] = step(
                    models[i],
                    Map.of("x", i == 0 ? "x" : "between" + i),
                    Map.of("y", i == models.length - 1 ? "y" : "between" + (i + 1)));
        }
        TestModels.config(directory, name, EnsembleText.of(FOUR, steps));
    }

    @Test
    void anEnsembleIsLoadedAfterItsSteps() {
        ensemble("a", "b", "m");
        ensemble("b", "m");
        model("m");
        ModelRepository repository = repository(ControlMode.NONE);
        CompletableFuture<List<ModelIndex>> started = repository.start();
        loaders.runAll();

        assertThat(started).isCompleted();
        assertThat(factory.created()).extracting(each -> each.source().model()).containsExactly("m", "b", "a");
        assertThat(repository.ready()).isTrue();
    }

    @Test
    void anEnsembleWithoutAStepIsNotReady() {
        ensemble("e", "m", "gone");
        model("m");
        ModelRepository repository = started(ControlMode.NONE);

        assertThat(reason(repository, "e"))
                .isEqualTo("ensemble 'e': ensemble_scheduling.step[1]: model 'gone' has no version that is ready");
        assertThat(repository.ready()).isFalse();
    }

    @Test
    void ensemblesThatAreEachOthersStepsAreRefused() {
        ensemble("a", "b");
        ensemble("b", "c");
        ensemble("c", "a");
        ModelRepository repository = started(ControlMode.NONE);

        assertThat(reason(repository, "a")).isEqualTo("ensemble 'a' is a step of itself: a -> b -> c -> a");
        assertThat(reason(repository, "b")).isEqualTo("ensemble 'b' is a step of itself: b -> c -> a -> b");
    }

    @Test
    void loadingAnEnsembleLoadsItsSteps() {
        ensemble("e", "inner", "m");
        ensemble("inner", "n");
        model("m");
        model("n");
        model("other");
        ModelRepository repository = started(ControlMode.EXPLICIT);
        assertThat(repository.index()).isEmpty();

        assertThat(load(repository, "e")).isEmpty();
        assertThat(repository.index()).extracting(ModelIndex::name).containsExactly("e", "inner", "m", "n");
        assertThat(repository.index()).allMatch(ModelIndex::allReady);
    }

    @Test
    void anEnsembleNamedAtStartBringsItsSteps() {
        ensemble("e", "m");
        model("m");
        model("other");
        ModelRepository repository = started(ControlMode.EXPLICIT, "e");

        assertThat(repository.index()).extracting(ModelIndex::name).containsExactly("e", "m");
        assertThat(repository.ready()).isTrue();
    }

    @Test
    void loadingOneOfTwoThatAreEachOthersStepsEnds() {
        ensemble("a", "b");
        ensemble("b", "a");
        ModelRepository repository = started(ControlMode.EXPLICIT);
        CompletableFuture<Optional<Failure>> first = repository.load(LoadRequest.of("a"));
        CompletableFuture<Optional<Failure>> second = repository.load(LoadRequest.of("b"));
        loaders.runAll();

        assertThat(first).isCompletedWithValueMatching(Optional::isPresent);
        assertThat(second).isCompletedWithValueMatching(Optional::isPresent);
    }

    @Test
    void anEnsembleGoesWithItsStepAndComesBackWithIt() {
        ensemble("e", "m");
        ensemble("outer", "e");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT, "*");
        FakeVersion made = factory.created().get(1);
        ServedVersion inFlight = (ServedVersion) repository.acquire("e", "");

        unload(repository, "m");
        assertThat(reason(repository, "e"))
                .isEqualTo("ensemble 'e': ensemble_scheduling.step[0]: model 'm' has no version that is ready");
        assertThat(reason(repository, "outer")).contains("model 'e' has no version that is ready");
        assertThat(repository.acquire("e", "")).isInstanceOf(Refusal.class);
        assertThat(made.timesClosed()).as("a request is in flight").isZero();
        inFlight.release();
        loaders.runAll();
        assertThat(made.timesClosed()).isEqualTo(1);

        assertThat(load(repository, "m")).isEmpty();
        assertThat(repository.index()).allMatch(ModelIndex::allReady);
        assertThat(repository.acquire("outer", "")).isInstanceOf(ServedVersion.class);
    }

    @Test
    void anEnsembleThatIsUnloadedDoesNotComeBack() {
        ensemble("e", "m");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT, "*");
        unload(repository, "e");
        unload(repository, "m");
        load(repository, "m");

        assertThat(repository.acquire("e", "")).isInstanceOf(Refusal.class);
        assertThat(reason(repository, "e")).isEqualTo("unloaded");
    }

    @Test
    void aStepThatChangesTakesAwayTheEnsembleThatItNoLongerFits() {
        ensemble("e", "m");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT, "*");
        TestModels.config(directory, "m", signature(5));
        assertThat(load(repository, "m")).isEmpty();
        assertThat(reason(repository, "e"))
                .contains("ensemble_scheduling.step[0].input_map[x]: tensor 'x' is made as TYPE_FP32 [-1,4]");

        TestModels.config(directory, "m", FOUR);
        assertThat(load(repository, "m")).isEmpty();
        assertThat(repository.index()).allMatch(ModelIndex::allReady);
    }

    @Test
    void aStepThatChangesAndFitsLeavesTheEnsembleAsItIs() {
        ensemble("e", "m");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT, "*");
        TestModels.file(directory.resolve("m/1/model.onnx"), "other weights");
        int calls = factory.calls();
        assertThat(load(repository, "m")).isEmpty();

        assertThat(factory.calls() - calls).isEqualTo(1);
        assertThat(repository.index()).allMatch(ModelIndex::allReady);
    }

    @Test
    void anEnsembleThatFailsToChangeIsServedAsItWasUntilItsStepIsThere() {
        ensemble("e", "m");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT, "*");
        ensemble("e", "late");
        assertThat(load(repository, "e")).isPresent();
        assertThat(repository.acquire("e", ""))
                .isInstanceOfSatisfying(
                        ServedVersion.class, served -> assertThat(steps(served)).containsExactly("m"));

        model("late");
        assertThat(load(repository, "late")).isEmpty();
        assertThat(repository.acquire("e", ""))
                .isInstanceOfSatisfying(
                        ServedVersion.class, served -> assertThat(steps(served)).containsExactly("late"));
    }

    @Test
    void anEnsembleThatFailedToChangeGoesWithTheStepsItIsServedBy() {
        ensemble("e", "m");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT, "*");
        ensemble("e", "late");
        assertThat(load(repository, "e")).isPresent();
        unload(repository, "m");

        assertThat(repository.acquire("e", "")).isInstanceOf(Refusal.class);
    }

    /** What is not kept after all is made again. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anEnsembleThatIsWithdrawnWhileAnotherVersionOfItWaitsIsLoadedAgain() {
        ensemble("e", "b", "c");
        model("b");
        model("c");
        ModelRepository repository = started(ControlMode.EXPLICIT, "*");
        TestModels.model(directory, "c", "2");
        CompletableFuture<Optional<Failure>> changed = repository.load(LoadRequest.of("c"));
        factory.meanwhile(() -> {
            TestModels.directory(directory.resolve("e").resolve("2"));
            TestModels.config(
                    directory,
                    "e",
                    EnsembleText.of(
                            FOUR + "version_policy { all {} } ",
                            step("b", Map.of("x", "x"), Map.of("y", "between1")),
                            step("c", Map.of("x", "between1"), Map.of("y", "y"))));
            CompletableFuture<Optional<Failure>> waits = repository.load(LoadRequest.of("e"));
            loaders.runAll();
            assertThat(waits).isNotDone();
            unload(repository, "b");
            assertThat(load(repository, "b")).isEmpty();
        });
        loaders.runAll();

        assertThat(changed).isCompleted();
        for (String version : List.of("1", "2", "")) {
            assertThat(repository.acquire("e", version)).isInstanceOf(ServedVersion.class);
        }
    }

    @Test
    void aStepThatSomebodyElseIsLoadingIsNotLoadedAgain() {
        ensemble("e", "b");
        model("b");
        ModelRepository repository = started(ControlMode.EXPLICIT);
        CompletableFuture<Optional<Failure>> first = repository.load(LoadRequest.of("b"));
        CompletableFuture<Optional<Failure>> second = repository.load(LoadRequest.of("e"));
        loaders.runAll();

        assertThat(first).isCompletedWithValue(Optional.empty());
        assertThat(second).isCompletedWithValue(Optional.empty());
        assertThat(factory.created()).extracting(each -> each.source().model()).containsExactly("b", "e");
        assertThat(repository.unload("e", true)).isCompletedWithValue(Optional.empty());
        loaders.runAll();
        assertThat(repository.acquire("b", "")).isInstanceOf(ServedVersion.class);
    }

    @Test
    void aStepThatGoesWhileTheEnsembleIsMadeTakesItAway() {
        ensemble("e", "m");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT, "m");
        CompletableFuture<Optional<Failure>> loaded = repository.load(LoadRequest.of("e"));
        factory.meanwhile(() -> {
            CompletableFuture<Optional<Failure>> unused = repository.unload("m");
        });
        loaders.runAll();

        assertThat(loaded).isCompleted();
        assertThat(repository.acquire("e", "")).isInstanceOf(Refusal.class);
        assertThat(reason(repository, "e")).contains("model 'm' has no version that is ready");
    }

    @Test
    void whatCameAlongWithAnEnsembleMayGoWithIt() {
        ensemble("e", "inner", "shared", "named");
        ensemble("inner", "n");
        ensemble("other", "shared");
        for (String model : List.of("n", "shared", "named")) {
            model(model);
        }
        ModelRepository repository = started(ControlMode.EXPLICIT, "named");
        assertThat(load(repository, "e")).isEmpty();
        assertThat(load(repository, "other")).isEmpty();
        assertThat(repository.unload("e", true)).isCompletedWithValue(Optional.empty());
        loaders.runAll();

        assertThat(repository.index().stream().filter(ModelIndex::allReady).map(ModelIndex::name))
                .containsExactly("named", "other", "shared");
    }

    @Test
    void withoutBeingAskedToNothingGoesWithAnEnsemble() {
        ensemble("e", "m");
        model("m");
        ModelRepository repository = started(ControlMode.EXPLICIT);
        assertThat(load(repository, "e")).isEmpty();
        unload(repository, "e");

        assertThat(repository.acquire("m", "")).isInstanceOf(ServedVersion.class);
    }

    private static List<String> steps(ServedVersion served) {
        try {
            return served.config().getEnsembleScheduling().getStepList().stream()
                    .map(each -> each.getModelName())
                    .toList();
        } finally {
            served.release();
        }
    }

    private ModelRepository repository(ControlMode mode, String... models) {
        return new ModelRepository(
                RepositoryOptions.of(directory)
                        .with(new ControlSettings(
                                mode, List.of(models), Duration.ofSeconds(15), 0, OptionalLong.empty())),
                factory,
                Runnable::run,
                loaders,
                loaders,
                clock);
    }

    private ModelRepository started(ControlMode mode, String... models) {
        ModelRepository repository = repository(mode, models);
        CompletableFuture<List<ModelIndex>> started = repository.start();
        loaders.runAll();
        assertThat(started).isCompleted();
        return repository;
    }

    private Optional<Failure> load(ModelRepository repository, String model) {
        CompletableFuture<Optional<Failure>> loaded = repository.load(LoadRequest.of(model));
        loaders.runAll();
        return loaded.join();
    }

    private void unload(ModelRepository repository, String model) {
        assertThat(repository.unload(model)).isCompletedWithValue(Optional.empty());
        loaders.runAll();
    }

    private static String reason(ModelRepository repository, String model) {
        ModelIndex index = repository.index().stream()
                .filter(each -> each.name().equals(model))
                .findFirst()
                .orElseThrow();
        return index.versions().get(0).reason();
    }
}
