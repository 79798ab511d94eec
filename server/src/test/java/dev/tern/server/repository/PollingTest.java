package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come, change and go with their directories. */
class PollingTest {
    private static final long EVERY = Duration.ofSeconds(15).toNanos();

    @TempDir
    private Path directory;

    private final FakeFactory factory = new FakeFactory();
    private final ManualExecutor loaders = new ManualExecutor();
    private final ManualExecutor looks = new ManualExecutor();
    private final ManualClock clock = new ManualClock();
    private final List<String> forgotten = new ArrayList<>();

    @Test
    void aNewModelIsLoadedWhenTwoLooksFindTheSame() {
        ModelRepository repository = started();
        TestModels.model(directory, "a", "1");
        look();
        assertThat(repository.index()).as("it may be half a model").isEmpty();
        look();
        assertThat(version(repository, "a")).isEqualTo(1);
        look();
        look();
        assertThat(factory.calls()).isEqualTo(1);
    }

    @Test
    void aModelThatIsBeingWrittenIsLeftAlone() {
        ModelRepository repository = started();
        for (int bytes = 1; bytes <= 5; bytes++) {
            TestModels.file(directory.resolve("a/1/model.onnx"), "x".repeat(bytes));
            look();
        }
        assertThat(factory.calls()).isZero();
        look();
        assertThat(version(repository, "a")).isEqualTo(1);
        assertThat(factory.calls()).isEqualTo(1);
    }

    @Test
    void contentDecidesAndNotItsTime() throws IOException {
        TestModels.file(directory.resolve("a/1/model.onnx"), "weights");
        FileTime written = Files.getLastModifiedTime(directory.resolve("a/1/model.onnx"));
        ModelRepository repository = started();
        ServedVersion old = lease(repository, "a");
        Files.setLastModifiedTime(directory.resolve("a/1/model.onnx"), FileTime.fromMillis(0));
        looks(3);
        assertThat(lease(repository, "a")).as("another time").isSameAs(old);

        TestModels.file(directory.resolve("a/1/model.onnx"), "WEIGHTS");
        Files.setLastModifiedTime(directory.resolve("a/1/model.onnx"), written);
        looks(2);
        assertThat(lease(repository, "a"))
                .as("of the same size and with the same time, but others")
                .isNotSameAs(old);
    }

    @Test
    void aVersionThatIsMovedIntoPlaceIsServedAndTheOldOneGoes() throws IOException {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        TestModels.file(directory.resolve("a/.2.partly/model.onnx"), "x");
        looks(3);
        assertThat(version(repository, "a")).isEqualTo(1);
        Files.move(directory.resolve("a/.2.partly"), directory.resolve("a/2"));
        looks(2);

        assertThat(version(repository, "a")).isEqualTo(2);
        assertThat(factory.created()).extracting(FakeVersion::timesClosed).containsExactly(1, 0);
    }

    @Test
    void aMarkerFileHoldsAModelBack() throws IOException {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        TestModels.file(directory.resolve("a/.incomplete"), "");
        TestModels.model(directory, "a", "2");
        TestModels.file(directory.resolve("b/1/.incomplete"), "");
        TestModels.model(directory, "b", "1");
        looks(3);
        assertThat(factory.calls()).isEqualTo(1);
        Files.delete(directory.resolve("a/.incomplete"));
        Files.delete(directory.resolve("b/1/.incomplete"));
        looks(2);

        assertThat(version(repository, "a")).isEqualTo(2);
        assertThat(version(repository, "b")).isEqualTo(1);
    }

    @Test
    void aMarkerFileHoldsAModelBackAtStart() throws IOException {
        TestModels.model(directory, "a", "1");
        TestModels.file(directory.resolve("a/1/.incomplete"), "");
        ModelRepository repository = started();
        looks(3);
        assertThat(factory.calls()).isZero();
        assertThat(repository.ready()).isTrue();
        Files.delete(directory.resolve("a/1/.incomplete"));
        looks(2);

        assertThat(version(repository, "a")).isEqualTo(1);
    }

    @Test
    void aModelThatIsGoneForTwoLooksIsUnloadedAndForgotten() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        ServedVersion inFlight = lease(repository, "a");
        delete(directory.resolve("a"));
        look();
        assertThat(version(repository, "a")).isEqualTo(1);
        look();
        assertThat(repository.acquire("a", ""))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.failure().message()).endsWith("'a' has no available versions"));
        assertThat(forgotten).isEmpty();
        inFlight.release();
        loaders.runAll();

        assertThat(repository.index()).isEmpty();
        assertThat(forgotten).containsExactly("a");
        assertThat(factory.only().timesClosed()).isEqualTo(1);
        assertThat(repository.ready()).isTrue();
        TestModels.model(directory, "a", "1");
        looks(2);
        assertThat(version(repository, "a")).as("back again").isEqualTo(1);
    }

    @Test
    void aModelThatComesBackBrokenIsListed() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        ServedVersion inFlight = lease(repository, "a");
        delete(directory.resolve("a"));
        looks(2);
        TestModels.model(directory, "a", "1");
        TestModels.config(directory, "a", "max_batch_size: -1");
        looks(2);
        inFlight.release();
        loaders.runAll();

        assertThat(repository.index())
                .singleElement()
                .satisfies(each -> assertThat(each.reason()).contains("max_batch_size"));
        assertThat(forgotten).isEmpty();
    }

    @Test
    void aRepositoryThatCannotBeReadChangesNothing() throws IOException {
        Path repositoryPath = directory.resolve("models");
        TestModels.model(repositoryPath, "a", "1");
        ModelRepository repository = started(repositoryPath, OptionalLong.empty());
        Files.move(repositoryPath, directory.resolve("elsewhere"));
        looks(4);
        assertThat(version(repository, "a")).isEqualTo(1);
        Files.move(directory.resolve("elsewhere"), repositoryPath);
        TestModels.model(repositoryPath, "a", "2");
        looks(2);
        assertThat(version(repository, "a")).isEqualTo(2);
    }

    @Test
    void whatFailsIsTriedAgainWhenItChanges() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        factory.fail("a/2", "the file is no model");
        TestModels.model(directory, "a", "2");
        looks(5);
        assertThat(factory.calls()).as("once at start and once for version 2").isEqualTo(2);
        assertThat(version(repository, "a")).isEqualTo(1);
        factory.mend("a/2");
        TestModels.file(directory.resolve("a/2/model.onnx"), "mended");
        looks(2);

        assertThat(version(repository, "a")).isEqualTo(2);
    }

    @Test
    void aConfigurationThatIsWrongIsSaidAndNotUsed() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        TestModels.config(directory, "a", "max_batch_size: -1");
        looks(2);

        assertThat(repository.index().get(0).versions())
                .extracting(VersionIndex::state, VersionIndex::reason)
                .containsExactly(tuple(
                        VersionState.READY,
                        "what was loaded before is served on: config.pbtxt: max_batch_size: -1 is not allowed; must be"
                                + " >= 0, 0 for no batching"));
        TestModels.config(directory, "a", "max_batch_size: 9");
        looks(2);
        assertThat(factory.created()).hasSize(2);
    }

    @Test
    void whatDoesNotFitWaitsForRoom() {
        TestModels.file(directory.resolve("a/1/model.onnx"), "x".repeat(60));
        ModelRepository repository = started(directory, OptionalLong.of(100));
        TestModels.file(directory.resolve("b/1/model.onnx"), "x".repeat(50));
        looks(4);
        assertThat(factory.calls()).isEqualTo(1);
        delete(directory.resolve("a"));
        looks(3);

        assertThat(version(repository, "b")).isEqualTo(1);
    }

    @Test
    void whatDidNotFitAtStartWaitsForRoom() {
        TestModels.file(directory.resolve("a/1/model.onnx"), "x".repeat(60));
        TestModels.file(directory.resolve("b/1/model.onnx"), "x".repeat(50));
        ModelRepository repository = started(directory, OptionalLong.of(100));
        looks(2);
        assertThat(factory.calls()).isEqualTo(1);
        delete(directory.resolve("a"));
        looks(3);

        assertThat(version(repository, "b")).isEqualTo(1);
    }

    @Test
    void whatChangedWhileItWasLoadedIsLoadedByTheNextLooks() {
        ModelRepository repository = started();
        TestModels.file(directory.resolve("a/1/model.onnx"), "one");
        factory.meanwhile(() -> TestModels.file(directory.resolve("a/1/model.onnx"), "another"));
        looks(2);
        assertThat(repository.index().get(0).allReady()).isFalse();
        looks(2);

        assertThat(version(repository, "a")).isEqualTo(1);
        assertThat(factory.calls()).isEqualTo(2);
    }

    @Test
    void lookingGoesOnWhateverALookBringsUp() {
        ModelRepository repository = started();
        repository.addListener(new RepositoryListener() {
            @Override
            public void modelChanged(String model, boolean ready) {
                if (model.equals("a")) {
                    throw new AssertionError("of the test");
                }
            }
        });
        TestModels.model(directory, "a", "1");
        looks(2);
        TestModels.model(directory, "b", "1");
        looks(2);

        assertThat(version(repository, "b")).isEqualTo(1);
    }

    @Test
    void aLookHoldsNothingUp() {
        TestModels.model(directory, "a", "1");
        ModelRepository repository = started();
        clock.advanceTo(clock.nanoTime() + EVERY);
        assertThat(looks.waiting()).isEqualTo(1);
        assertThat(loaders.waiting()).isZero();
        clock.advanceTo(clock.nanoTime() + 3 * EVERY);
        assertThat(looks.waiting()).as("one at a time").isEqualTo(1);
        assertThat(version(repository, "a")).isEqualTo(1);
        assertThat(repository.shutdown(Long.MAX_VALUE)).isNotDone();
        looks.runAll();
        loaders.runAll();
        clock.advanceTo(clock.nanoTime() + 3 * EVERY);
        assertThat(looks.waiting()).as("after the end").isZero();
    }

    /** Time for a look, and all that comes of it. */
    private void look() {
        clock.advanceTo(clock.nanoTime() + EVERY);
        looks.runAll();
        loaders.runAll();
    }

    private void looks(int count) {
        for (int i = 0; i < count; i++) {
            look();
        }
    }

    private ModelRepository started() {
        return started(directory, OptionalLong.empty());
    }

    private ModelRepository started(Path path, OptionalLong memoryLimit) {
        ModelRepository repository = new ModelRepository(
                RepositoryOptions.of(path)
                        .with(new ControlSettings(
                                ControlMode.POLL, List.of(), Duration.ofNanos(EVERY), 0, memoryLimit)),
                factory,
                new RepositoryThreads(Runnable::run, loaders, loaders, looks),
                clock);
        repository.addListener(new RepositoryListener() {
            @Override
            public void modelChanged(String model, boolean ready) {}

            @Override
            public void modelGone(String model) {
                forgotten.add(model);
            }
        });
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        loaders.runAll();
        assertThat(loaded).isCompleted();
        return repository;
    }

    private static void delete(Path path) {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServedVersion lease(ModelRepository repository, String model) {
        return (ServedVersion) repository.acquire(model, "");
    }

    private static long version(ModelRepository repository, String model) {
        ServedVersion served = lease(repository, model);
        served.release();
        return served.version();
    }
}
