package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are loaded, loaded anew and unloaded by calls. */
class ModelChangesTest {
    private static final String ALL_VERSIONS = "version_policy { all {} }";

    @TempDir
    private Path directory;

    private final FakeFactory factory = new FakeFactory();
    private final ManualExecutor loaders = new ManualExecutor();
    private final ManualClock clock = new ManualClock();

    @Test
    void onlyTheModelsNamedAreLoadedAtStart() {
        TestModels.model(directory, "a", "1");
        TestModels.model(directory, "b", "1");
        ModelRepository repository = started("b");

        assertThat(repository.index()).extracting(ModelIndex::name).containsExactly("b");
        assertThat(repository.ready()).isTrue();
        assertThat(refusal(repository, "a").failure().message())
                .isEqualTo("Request for unknown model: 'a' is not found");
        assertThat(listed(repository))
                .extracting(ModelIndex::name, each -> each.versions().size())
                .containsExactly(tuple("a", 0), tuple("b", 1));
    }

    @Test
    void whatIsInTwoRepositoriesIsListedAsUnavailable() {
        TestModels.model(directory.resolve("one"), "a", "1");
        TestModels.model(directory.resolve("other"), "a", "1");
        ModelRepository repository = new ModelRepository(
                RepositoryOptions.of(directory.resolve("one"), directory.resolve("other"))
                        .with(explicit()),
                factory,
                Runnable::run,
                loaders,
                loaders,
                clock);
        assertThat(repository.start()).isNotDone();
        loaders.runAll();

        assertThat(listed(repository))
                .singleElement()
                .satisfies(each -> assertThat(each.reason())
                        .isEqualTo("duplicate: several model repositories have a model of this name"));
    }

    @Test
    void aStarNamesAllOfThem() {
        TestModels.model(directory, "a", "1");
        TestModels.model(directory, "b", "1");

        assertThat(started("*").index()).extracting(ModelIndex::name).containsExactly("a", "b");
    }

    @Test
    void aModelToBeLoadedAtStartMustBeThere() {
        ModelRepository repository = started("none");

        assertThat(repository.index()).singleElement().satisfies(model -> {
            assertThat(model.allReady()).isFalse();
            assertThat(model.reason()).isEqualTo("no model repository has a directory of this name");
        });
        assertThat(repository.ready()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "POLL"})
    void otherModesTakeNoCalls(ControlMode mode) {
        TestModels.model(directory, "a", "1");
        ModelRepository repository =
                repository(new ControlSettings(mode, List.of(), Duration.ofSeconds(15), 0, OptionalLong.empty()));
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
        Failure expected =
                Failure.of(Kind.UNAVAILABLE, "explicit model load / unload is not allowed if polling is enabled");

        assertThat(repository.load(LoadRequest.of("a"))).isCompletedWithValue(Optional.of(expected));
        assertThat(repository.unload("a")).isCompletedWithValue(Optional.of(expected));
        assertThat(version(repository, "a")).isEqualTo(1);
    }

    @Test
    void aModelIsLoadedByACall() {
        ModelRepository repository = started();
        TestModels.model(directory, "a", "1", "2");
        CompletableFuture<Optional<Failure>> loaded = repository.load(LoadRequest.of("a"));
        loaders.runNext();
        assertThat(states(repository, "a")).containsExactly(VersionState.LOADING);
        assertThat(refusal(repository, "a").failure().message())
                .isEqualTo("Request for unknown model: 'a' has no available versions");
        assertThat(repository.ready())
                .as("without a model that nobody had before")
                .isTrue();
        loaders.runAll();

        assertThat(loaded).isCompletedWithValue(Optional.empty());
        assertThat(version(repository, "a")).isEqualTo(2);
    }

    @Test
    void nothingIsLoadedTwice() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        assertThat(load(repository, "a")).isEmpty();

        TestModels.file(directory.resolve("a/README.md"), "no part of the model");
        TestModels.config(directory, "a", "# only a comment");
        assertThat(load(repository, "a")).isEmpty();
        assertThat(factory.calls()).isEqualTo(1);
    }

    @Test
    void theNewIsLoadedBesideTheOldAndThenTakesItsPlace() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        FakeVersion old = factory.only();
        ServedVersion inFlight = lease(repository, "a");
        TestModels.file(directory.resolve("a/1/model.onnx"), "other weights");

        CompletableFuture<Optional<Failure>> loaded = repository.load(LoadRequest.of("a"));
        loaders.runNext();
        assertThat(states(repository, "a")).as("the old one answers").containsExactly(VersionState.READY);
        assertThat(lease(repository, "a")).isSameAs(inFlight);
        inFlight.release();
        assertThat(loaded).isNotDone();
        loaders.runNext();
        assertThat(loaded).isCompletedWithValue(Optional.empty());
        assertThat(lease(repository, "a")).isNotSameAs(inFlight);
        loaders.runAll();
        assertThat(old.timesClosed()).as("a request is in flight").isZero();
        inFlight.release();
        loaders.runAll();

        assertThat(old.timesClosed()).isEqualTo(1);
        assertThat(factory.created().get(1).timesClosed()).isZero();
        assertThat(states(repository, "a")).containsExactly(VersionState.READY);
    }

    @Test
    void aNewVersionTakesTheOldOnesPlace() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        List<String> news = new ArrayList<>();
        repository.addListener((model, ready) -> news.add(model + " " + ready));
        TestModels.model(directory, "a", "2");
        CompletableFuture<Optional<Failure>> loaded = repository.load(LoadRequest.of("a"));
        loaders.runNext();
        assertThat(states(repository, "a")).containsExactly(VersionState.READY, VersionState.LOADING);
        assertThat(repository.ready()).isTrue();
        loaders.runNext();

        assertThat(loaded).isCompletedWithValue(Optional.empty());
        assertThat(states(repository, "a")).containsExactly(VersionState.UNLOADING, VersionState.READY);
        assertThat(version(repository, "a")).isEqualTo(2);
        loaders.runAll();
        assertThat(index(repository, "a").versions())
                .extracting(VersionIndex::version, VersionIndex::state, VersionIndex::reason)
                .containsExactly(tuple(1L, VersionState.UNAVAILABLE, "unloaded"), tuple(2L, VersionState.READY, ""));
        assertThat(news).as("which versions are ready has changed").containsExactly("a true");
        assertThat(repository.ready()).isTrue();
    }

    @Test
    void versionsThatDidNotChangeAreKept() {
        TestModels.model(directory, "a", "1", "2");
        TestModels.config(directory, "a", ALL_VERSIONS);
        ModelRepository repository = started("a");
        ServedVersion first = (ServedVersion) repository.acquire("a", "1");
        TestModels.file(directory.resolve("a/2/model.onnx"), "other weights");
        TestModels.model(directory, "a", "3");
        TestModels.config(directory, "a", "version_policy { latest { num_versions: 3 } }");
        assertThat(load(repository, "a")).isEmpty();

        assertThat(repository.acquire("a", "1")).isSameAs(first);
        assertThat(first.config().getVersionPolicy().getLatest().getNumVersions())
                .isEqualTo(3);
        assertThat(factory.created())
                .extracting(each -> each.source().version(), FakeVersion::timesClosed)
                .containsExactly(tuple(1L, 0), tuple(2L, 1), tuple(2L, 0), tuple(3L, 0));
    }

    @Test
    void labelsOfTheConfigurationChangeWithoutALoad() {
        TestModels.model(directory, "a", "1", "2");
        TestModels.config(directory, "a", ALL_VERSIONS + labels("stable:1,old:1"));
        ModelRepository repository = started("a");
        Resolution first = repository.acquire("a", "1");
        TestModels.config(directory, "a", ALL_VERSIONS + labels("stable:2"));
        assertThat(load(repository, "a")).isEmpty();

        assertThat(repository.labels("a")).containsExactly(entry("stable", 2L));
        assertThat(repository.acquire("a", "stable")).isSameAs(repository.acquire("a", "2"));
        assertThat(repository.acquire("a", "1")).isSameAs(first);
        assertThat(factory.created()).hasSize(2);
    }

    @Test
    void warningsOfLabelsAreThoseOfTheConfigurationInForce() {
        TestModels.model(directory, "a", "1", "2");
        TestModels.config(directory, "a", ALL_VERSIONS + labels("stable:7"));
        ModelRepository repository = started("a");
        assertThat(index(repository, "a").versions())
                .allSatisfy(each -> assertThat(each.warnings()).hasSize(2));
        TestModels.config(directory, "a", ALL_VERSIONS + labels("stable:2"));
        assertThat(load(repository, "a")).isEmpty();

        assertThat(factory.created()).hasSize(2);
        assertThat(index(repository, "a").versions())
                .extracting(VersionIndex::warnings)
                .containsOnly(List.of("made for a test"));
    }

    private static String labels(String value) {
        return " parameters { key: 'tern.version.labels' value { string_value: '" + value + "' } }";
    }

    @Test
    void aChangedConfigurationMakesAllVersionsNew() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        TestModels.config(directory, "a", "max_batch_size: 7");
        assertThat(load(repository, "a")).isEmpty();

        assertThat(factory.created()).hasSize(2);
        assertThat(factory.created().get(1).source().config().getMaxBatchSize()).isEqualTo(7);
    }

    @Test
    void whatCannotBeLoadedLeavesTheOldOneServing() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        ServedVersion old = lease(repository, "a");
        TestModels.file(directory.resolve("a/1/model.onnx"), "no model");
        factory.fail("a/1", "the file is no model");

        assertThat(load(repository, "a"))
                .contains(Failure.invalid(
                        "load failed for model 'a': version 1 is at UNAVAILABLE state: the file is no model;\n"));
        assertThat(lease(repository, "a")).isSameAs(old);
        assertThat(index(repository, "a").versions())
                .extracting(VersionIndex::state, VersionIndex::reason)
                .containsExactly(tuple(
                        VersionState.READY, "what was loaded before is served on: version 1: the file is no model"));
        assertThat(repository.ready()).isTrue();
        factory.mend("a/1");
        assertThat(load(repository, "a")).isEmpty();
        assertThat(lease(repository, "a")).isNotSameAs(old);
        assertThat(index(repository, "a").versions())
                .extracting(VersionIndex::reason)
                .containsExactly("");
    }

    @Test
    void whatChangesWhileItIsLoadedIsNotServed() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        ServedVersion old = lease(repository, "a");
        TestModels.file(directory.resolve("a/1/model.onnx"), "half a mo");
        factory.meanwhile(() -> TestModels.file(directory.resolve("a/1/model.onnx"), "half a model"));

        assertThat(load(repository, "a"))
                .contains(Failure.invalid("load failed for model 'a': version 1 is at UNAVAILABLE state: its files"
                        + " changed while it was loaded;\n"));
        assertThat(lease(repository, "a")).isSameAs(old);
        assertThat(factory.created()).extracting(FakeVersion::timesClosed).containsExactly(0, 1);
        assertThat(load(repository, "a")).isEmpty();
        assertThat(lease(repository, "a")).isNotSameAs(old);
    }

    @Test
    void aNewVersionThatCannotBeLoadedTakesNobodysPlace() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        TestModels.model(directory, "a", "2", "3");
        TestModels.config(directory, "a", ALL_VERSIONS);
        factory.fail("a/3", "the file is no model");

        assertThat(load(repository, "a")).isPresent();
        assertThat(version(repository, "a")).isEqualTo(1);
        assertThat(states(repository, "a"))
                .containsExactly(VersionState.READY, VersionState.UNAVAILABLE, VersionState.UNAVAILABLE);
        assertThat(repository.ready()).as("callers have what they had").isTrue();
        assertThat(factory.created())
                .extracting(each -> each.source().version(), FakeVersion::timesClosed)
                .containsExactly(tuple(1L, 0), tuple(2L, 1));
    }

    @Test
    void aConfigurationThatIsWrongLeavesTheOldOneServing() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        ServedVersion old = lease(repository, "a");
        TestModels.config(directory, "a", "max_batch_size: -1");

        String reason = "config.pbtxt: max_batch_size: -1 is not allowed; must be >= 0, 0 for no batching";
        assertThat(load(repository, "a")).contains(Failure.invalid("load failed for model 'a': " + reason));
        assertThat(lease(repository, "a")).isSameAs(old);
        assertThat(index(repository, "a").versions())
                .extracting(VersionIndex::reason)
                .containsExactly("what was loaded before is served on: " + reason);
    }

    @Test
    void aConfigurationMayComeWithTheCall() {
        TestModels.model(directory, "a", "1", "2");
        ModelRepository repository = started();

        assertThat(load(
                        repository,
                        new LoadRequest(
                                "a",
                                Optional.of(
                                        "{\"max_batch_size\": 5, \"version_policy\": {\"specific\": {\"versions\": [1]}}}"),
                                Map.of())))
                .isEmpty();
        assertThat(version(repository, "a")).isEqualTo(1);
        assertThat(factory.only().source().config().getMaxBatchSize()).isEqualTo(5);
        assertThat(load(repository, "a")).isEmpty();
        assertThat(version(repository, "a")).as("its own configuration again").isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"max_batch_sise": 5}            | config: unknown field 'max_batch_sise' in ModelConfig; did you mean 'max_batch_size'?
            {"max_batch_size": -5}           | config: max_batch_size: -5 is not allowed; must be >= 0, 0 for no batching
            {"max_batch_size": "many"}       | config: Not an int32 value: "many"
            {                                | config: is not a JSON object of ModelConfig's fields
            max_batch_size: 5                | config: is not a JSON object of ModelConfig's fields
            {"name": "b"}                    | config: name: unexpected directory name 'a' for model 'b', directory name must equal model name
            """)
    void aConfigurationThatComesWithTheCallMustBeRight(String json, String reason) {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");

        assertThat(load(repository, new LoadRequest("a", Optional.of(json), Map.of())))
                .get()
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.INVALID_ARGUMENT))
                .satisfies(failure -> assertThat(failure.message()).startsWith("Invalid config override: " + reason));
        assertThat(factory.calls()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", \"data_type\": 99", ", \"data_type\": \"TYPE_INVALID\""})
    void aCallIsAnsweredWhateverTypesItsConfigurationNames(String type) {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        String json = "{\"max_batch_size\": 8, \"dynamic_batching\": {}, \"input\": [{\"name\": \"ids\", \"dims\": [-1]"
                + type
                + "}], \"parameters\": {\"tern.batching.pad\": {\"string_value\": \"ids:0\"},"
                + " \"tern.batching.mask\": {\"string_value\": \"ids:ids\"}}}";
        CompletableFuture<Optional<Failure>> loaded =
                repository.load(new LoadRequest("a", Optional.of(json), Map.of()));
        loaders.runAll();

        assertThat(loaded).isCompletedWithValueMatching(Optional::isPresent);
        assertThat(load(repository, "a")).as("the next call").isEmpty();
    }

    @Test
    void aWholeModelMayComeWithTheCall() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        Map<String, ByteString> files = Map.of(
                "7/model.onnx/model.onnx", ByteString.copyFromUtf8("graph"),
                "7/model.onnx/weights.bin", ByteString.copyFromUtf8("weights"));
        assertThat(load(repository, new LoadRequest("a", Optional.of("{}"), files)))
                .isEmpty();

        assertThat(version(repository, "a")).isEqualTo(7);
        Path file = factory.created().get(1).source().modelFile();
        assertThat(file).hasContent("graph");
        assertThat(file.resolveSibling("weights.bin")).hasContent("weights");
        assertThat(load(repository, "a")).isEmpty();
        assertThat(version(repository, "a")).as("the repository's again").isEqualTo(1);
        assertThat(file).as("nothing uses it any more").doesNotExist();
        assertThat(factory.created().get(1).source().modelDirectory().getParent())
                .doesNotExist();
    }

    @Test
    void theFilesOfACallThatFailsAreNotLeft() {
        factory.fail("a/1", "the file is no model");
        ModelRepository repository = started();
        List<Path> before = uploads();
        assertThat(load(
                        repository,
                        new LoadRequest(
                                "a", Optional.of("{}"), Map.of("1/model.onnx", ByteString.copyFromUtf8("graph")))))
                .isPresent();

        assertThat(factory.calls()).isEqualTo(1);
        assertThat(uploads()).containsExactlyElementsOf(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../model.onnx",
                "1/../../model.onnx",
                "1/./model.onnx",
                "1",
                "1/",
                "/1/model.onnx",
                "1//model.onnx",
                "01/model.onnx",
                "x/model.onnx",
                "1/a\\b",
                "1/a\n/../../../x",
                "1/a\u2028/../../../x",
                "1/a\r/../../x",
                "1/a\n",
                "1\n/a",
                "1/a\u0000b"
            })
    void filesLieInVersions(String path) {
        ModelRepository repository = started();

        assertThat(load(
                        repository,
                        new LoadRequest("a", Optional.of("{}"), Map.of(path, ByteString.copyFromUtf8("graph")))))
                .contains(Failure.invalid("load failed for model 'a': load parameter 'file:" + path
                        + "' is not allowed (expected: file:<version>/<file name>, such as file:1/model.onnx)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".", "a/b", "../a", "a\\b", ".hidden", "a\nb", "a\u0000"})
    void aModelIsNamedByItsDirectory(String name) {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();

        assertThat(load(repository, name))
                .contains(Failure.invalid(
                        "invalid model name '" + name + "' (expected: the name of a directory in a model repository)"));
    }

    @Test
    void anErrorOfAListenerHoldsNothingUp() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        repository.addListener((model, ready) -> {
            throw new AssertionError("a listener's own fault");
        });
        assertThat(load(repository, "a")).isEmpty();
        assertThat(version(repository, "a")).isEqualTo(1);
        TestModels.model(directory, "a", "2");

        assertThat(load(repository, "a")).isEmpty();
        assertThat(version(repository, "a")).isEqualTo(2);
        assertThat(repository.unload("a")).isCompletedWithValue(Optional.empty());
    }

    @Test
    void noLibraryComesWithACall() {
        ModelRepository repository = started();
        String config = "{\"model_operations\": {\"op_library_filename\": [\"libmine.so\"]}}";

        assertThat(load(
                        repository,
                        new LoadRequest(
                                "a", Optional.of(config), Map.of("1/libmine.so", ByteString.copyFromUtf8("any code")))))
                .contains(
                        Failure.invalid("load failed for model 'a': model_operations.op_library_filename: 'libmine.so'"
                                + " is not possible for a model that comes with the call: a library is loaded from a model"
                                + " repository only"));
        assertThat(factory.calls()).isZero();
    }

    @Test
    void aModelThatIsNotThereIsRefusedAsTritonDoes() {
        ModelRepository repository = started();

        assertThat(load(repository, "none"))
                .contains(Failure.of(Kind.INTERNAL, "failed to load 'none', failed to poll from model repository"));
        assertThat(repository.index()).isEmpty();
    }

    @Test
    void unloadingLetsRequestsFinish() {
        TestModels.model(directory, "a", "1", "2");
        TestModels.config(directory, "a", ALL_VERSIONS);
        ModelRepository repository = started("a");
        ServedVersion inFlight = lease(repository, "a");
        assertThat(repository.unload("a")).isCompletedWithValue(Optional.empty());

        assertThat(refusal(repository, "a").failure().message())
                .isEqualTo("Request for unknown model: 'a' has no available versions");
        assertThat(((Refusal) repository.acquire("a", "2")).failure())
                .isEqualTo(
                        Failure.of(Kind.UNAVAILABLE, "Request for unknown model: 'a' version 2 is not at ready state"));
        loaders.runAll();
        assertThat(states(repository, "a")).containsExactly(VersionState.UNAVAILABLE, VersionState.UNLOADING);
        inFlight.release();
        loaders.runAll();
        assertThat(index(repository, "a").versions())
                .extracting(VersionIndex::state, VersionIndex::reason)
                .containsOnly(tuple(VersionState.UNAVAILABLE, "unloaded"));
        assertThat(repository.ready()).as("nobody wants it").isTrue();
        assertThat(repository.unload("a")).as("again").isCompletedWithValue(Optional.empty());
        assertThat(repository.unload("none")).isCompletedWithValue(Optional.empty());
        assertThat(factory.created()).allMatch(each -> each.timesClosed() == 1);
    }

    @Test
    void whatDoesNotCloseIsUnloadedAllTheSame() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        factory.only().failToClose(new AssertionError("of the test"));
        assertThat(repository.unload("a")).isCompletedWithValue(Optional.empty());
        loaders.runAll();

        assertThat(states(repository, "a")).containsExactly(VersionState.UNAVAILABLE);
        assertThat(repository.shutdown(Long.MAX_VALUE)).isCompletedWithValue(List.of());
    }

    @Test
    void whatWasUnloadedCanBeLoadedAgainWhileItsRequestsFinish() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started("a");
        ServedVersion inFlight = lease(repository, "a");
        assertThat(repository.unload("a")).isCompletedWithValue(Optional.empty());
        assertThat(load(repository, "a")).isEmpty();
        ServedVersion second = lease(repository, "a");
        assertThat(second).isNotSameAs(inFlight);
        assertThat(repository.unload("a")).isCompletedWithValue(Optional.empty());
        inFlight.release();
        loaders.runAll();

        assertThat(states(repository, "a"))
                .as("the second one is not closed yet")
                .containsExactly(VersionState.UNLOADING);
        second.release();
        loaders.runAll();
        assertThat(states(repository, "a")).containsExactly(VersionState.UNAVAILABLE);
        assertThat(factory.created()).hasSize(2).allMatch(each -> each.timesClosed() == 1);
    }

    @Test
    void theChangesOfAModelAreMadeOneAfterTheOther() {
        TestModels.model(directory, "a", "1");
        TestModels.model(directory, "b", "1");
        ModelRepository repository = started();
        CompletableFuture<Optional<Failure>> first = repository.load(LoadRequest.of("a"));
        CompletableFuture<Optional<Failure>> unloaded = repository.unload("a");
        CompletableFuture<Optional<Failure>> second = repository.load(LoadRequest.of("a"));
        assertThat(List.of(first.isDone(), unloaded.isDone(), second.isDone())).containsOnly(false);
        assertThat(repository.unload("b")).as("of another model").isDone();
        loaders.runAll();

        assertThat(List.of(first.join(), unloaded.join(), second.join())).containsOnly(Optional.empty());
        assertThat(factory.created()).extracting(FakeVersion::timesClosed).containsExactly(1, 0);
        assertThat(version(repository, "a")).isEqualTo(1);
    }

    @Test
    void aLoadBeyondTheMemoryLimitIsRefused() {
        TestModels.file(directory.resolve("a/1/model.onnx"), "x".repeat(60));
        TestModels.file(directory.resolve("b/1/model.onnx"), "x".repeat(30));
        TestModels.file(directory.resolve("b/1/weights.bin"), "x".repeat(20));
        ModelRepository repository = repository(new ControlSettings(
                ControlMode.EXPLICIT, List.of("a"), Duration.ofSeconds(15), 0, OptionalLong.of(100)));
        assertThat(repository.start()).isNotDone();
        loaders.runAll();

        assertThat(load(repository, "b"))
                .contains(Failure.of(
                        Kind.RESOURCE_EXHAUSTED,
                        "load failed for model 'b': version 1 is at UNAVAILABLE state: not loaded: its files have 50"
                                + " bytes, and of --model-memory-limit=100 there are 40 left;\n"));
        assertThat(states(repository, "b")).containsExactly(VersionState.UNAVAILABLE);
        assertThat(version(repository, "a")).isEqualTo(1);
        assertThat(repository.unload("a")).isCompletedWithValue(Optional.empty());
        loaders.runAll();
        assertThat(load(repository, "b")).as("there is room now").isEmpty();
        assertThat(factory.calls()).isEqualTo(2);
    }

    @Test
    void theOldAndTheNewMustBothFit() {
        TestModels.file(directory.resolve("a/1/model.onnx"), "x".repeat(60));
        ModelRepository repository = repository(new ControlSettings(
                ControlMode.EXPLICIT, List.of("a"), Duration.ofSeconds(15), 0, OptionalLong.of(100)));
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
        ServedVersion old = lease(repository, "a");
        TestModels.file(directory.resolve("a/1/model.onnx"), "y".repeat(60));

        assertThat(load(repository, "a"))
                .get()
                .satisfies(failure -> assertThat(failure.message()).contains("there are 40 left"));
        assertThat(lease(repository, "a")).isSameAs(old);
    }

    @Test
    void aLoadThatFailsIsTriedAgain() {
        TestModels.model(directory, "a", "1");
        factory.fail("a/1", "the file is no model");
        ModelRepository repository = repository(
                new ControlSettings(ControlMode.EXPLICIT, List.of(), Duration.ofSeconds(15), 3, OptionalLong.empty()));
        assertThat(repository.start()).isNotDone();
        loaders.runAll();

        assertThat(load(repository, "a")).isPresent();
        assertThat(factory.calls()).isEqualTo(4);
    }

    @Test
    void aModelThatNeverWorkedTakesNoReadinessAway() {
        TestModels.model(directory, "a", "1");
        TestModels.model(directory, "b", "1");
        ModelRepository repository = started("a");
        factory.fail("b/1", "the file is no model");

        assertThat(load(repository, "b")).isPresent();
        assertThat(repository.ready()).isTrue();
        assertThat(states(repository, "b")).containsExactly(VersionState.UNAVAILABLE);
    }

    @Test
    void theReasonIsThatOfTheLastLoad() {
        TestModels.model(directory, "a", "1");
        TestModels.config(directory, "a", "max_batch_size: -1");
        ModelRepository repository = started("a");
        assertThat(index(repository, "a").reason()).contains("max_batch_size");
        TestModels.config(directory, "a", "");
        factory.fail("a/1", "the file is no model");
        assertThat(load(repository, "a")).isPresent();

        assertThat(index(repository, "a").reason()).isEmpty();
        assertThat(refusal(repository, "a").reason()).isEqualTo("the file is no model");
    }

    @Test
    void callsWaitForNothingOnceTheServerStops() {
        TestModels.model(directory, "a", "1");
        TestModels.model(directory, "b", "1");
        ModelRepository repository = started("a");
        CompletableFuture<Optional<Failure>> loading = repository.load(LoadRequest.of("b"));
        CompletableFuture<Optional<Failure>> waiting = repository.unload("b");
        CompletableFuture<List<String>> stopped = repository.shutdown(Long.MAX_VALUE);
        loaders.runAll();

        assertThat(List.of(
                        loading.join(),
                        waiting.join(),
                        repository.load(LoadRequest.of("a")).join()))
                .allSatisfy(each -> assertThat(each)
                        .get()
                        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE)));
        assertThat(stopped).isCompletedWithValue(List.of());
        assertThat(factory.created()).allMatch(each -> each.timesClosed() == 1);
    }

    @Test
    void theFilesOfACallThatTheEndOvertakesAreNotLeft() {
        ManualExecutor control = new ManualExecutor();
        ModelRepository repository = new ModelRepository(
                RepositoryOptions.of(directory).with(explicit()), factory, control, loaders, loaders, clock);
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
        control.runAll();
        List<Path> before = uploads();
        assertThat(repository.load(new LoadRequest(
                        "a", Optional.of("{}"), Map.of("1/model.onnx", ByteString.copyFromUtf8("graph")))))
                .isNotDone();
        control.runAll();
        control.close();
        loaders.runAll();

        assertThat(uploads()).containsExactlyElementsOf(before);
    }

    @Test
    void callsAreRefusedUntilTheStartIsOver() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = repository(explicit("a"));
        assertThat(repository.start()).isNotDone();

        assertThat(repository.load(LoadRequest.of("a")))
                .isCompletedWithValue(Optional.of(Failure.of(Kind.UNAVAILABLE, "Server not ready")));
    }

    private static List<Path> uploads() {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir", "/tmp")))) {
            return files.filter(each -> each.getFileName().toString().startsWith("tern-upload-"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelRepository started(String... models) {
        ModelRepository repository = repository(explicit(models));
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        loaders.runAll();
        assertThat(loaded).isCompleted();
        return repository;
    }

    private static ControlSettings explicit(String... models) {
        return new ControlSettings(
                ControlMode.EXPLICIT, List.of(models), Duration.ofSeconds(15), 0, OptionalLong.empty());
    }

    private ModelRepository repository(ControlSettings control) {
        return new ModelRepository(
                RepositoryOptions.of(directory).with(control), factory, Runnable::run, loaders, loaders, clock);
    }

    private Optional<Failure> load(ModelRepository repository, String model) {
        return load(repository, LoadRequest.of(model));
    }

    private Optional<Failure> load(ModelRepository repository, LoadRequest request) {
        CompletableFuture<Optional<Failure>> loaded = repository.load(request);
        loaders.runAll();
        return loaded.join();
    }

    private List<ModelIndex> listed(ModelRepository repository) {
        CompletableFuture<List<ModelIndex>> listed = repository.list();
        loaders.runAll();
        return listed.join();
    }

    private static ServedVersion lease(ModelRepository repository, String model) {
        return (ServedVersion) repository.acquire(model, "");
    }

    private static long version(ModelRepository repository, String model) {
        ServedVersion served = lease(repository, model);
        served.release();
        return served.version();
    }

    private static Refusal refusal(ModelRepository repository, String model) {
        return (Refusal) repository.acquire(model, "");
    }

    private static ModelIndex index(ModelRepository repository, String model) {
        return repository.index().stream()
                .filter(each -> each.name().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private static List<VersionState> states(ModelRepository repository, String model) {
        return index(repository, model).versions().stream()
                .map(VersionIndex::state)
                .toList();
    }
}
