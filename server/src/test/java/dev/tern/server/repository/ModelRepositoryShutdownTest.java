package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.predict.Failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryShutdownTest {
    private static final long DEADLINE = 100;

    @TempDir
    private Path directory;

    private final FakeFactory factory = new FakeFactory();
    private final ManualExecutor loaders = new ManualExecutor();
    private final ManualClock clock = new ManualClock();
    private ModelRepository repository;

    @BeforeEach
    void oneModel() {
        TestModels.model(directory, "a", "1");
        repository =
                new ModelRepository(RepositoryOptions.of(directory), factory, Runnable::run, loaders, loaders, clock);
    }

    @Test
    void closesWhatNobodyUses() {
        start();
        CompletableFuture<List<String>> stopped = repository.shutdown(DEADLINE);
        assertThat(factory.only().timesClosed())
                .as("on a loader thread, not here")
                .isZero();
        assertThat(slot().state()).isEqualTo(VersionState.UNLOADING);
        loaders.runAll();
        assertThat(factory.only().timesClosed()).isEqualTo(1);
        assertThat(stopped).isCompletedWithValue(List.of());
        assertThat(slot().state()).isEqualTo(VersionState.UNAVAILABLE);
        assertThat(slot().reason()).isEqualTo("unloaded");
        assertThat(slot().config()).isNull();
    }

    @Test
    void refusesAtOnce() {
        start();
        assertThat(repository.shutdown(DEADLINE)).isNotDone();
        assertThat(repository.acquire("a", "")).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(refusal.failure().message())
                    .isEqualTo("Server is stopping, scheduler for model has stopped accepting new inference requests");
        });
        assertThat(repository.ready()).isFalse();
        assertThat(repository.acquire("a", "1")).isInstanceOf(Refusal.class);
    }

    @Test
    void waitsForTheLastLease() {
        start();
        ServedVersion first = lease();
        ServedVersion second = lease();
        CompletableFuture<List<String>> stopped = repository.shutdown(DEADLINE);
        first.release();
        loaders.runAll();
        assertThat(factory.only().timesClosed()).isZero();
        assertThat(stopped).isNotDone();
        second.release();
        loaders.runAll();
        assertThat(factory.only().timesClosed()).isEqualTo(1);
        assertThat(stopped).isCompletedWithValue(List.of());
    }

    @Test
    void leavesOpenWhatIsInUseAtTheDeadline() {
        start();
        ServedVersion lease = lease();
        CompletableFuture<List<String>> stopped = repository.shutdown(DEADLINE);
        clock.advanceTo(DEADLINE - 1);
        assertThat(stopped).isNotDone();
        clock.advanceTo(DEADLINE);
        assertThat(stopped).isCompletedWithValue(List.of("a/1 has 1 requests"));
        loaders.runAll();
        assertThat(factory.only().timesClosed()).isZero();
        lease.release();
        loaders.runAll();
        assertThat(factory.only().timesClosed()).as("late, but only now unused").isEqualTo(1);
    }

    @Test
    void aLeaseMayComeBackAfterTheLoadersHaveStopped() {
        start();
        ServedVersion lease = lease();
        assertThat(repository.shutdown(DEADLINE)).isNotDone();
        clock.advanceTo(DEADLINE);
        loaders.close();
        lease.release();
        assertThat(factory.only().timesClosed()).isZero();
    }

    @Test
    void asksOnlyOnce() {
        start();
        CompletableFuture<List<String>> stopped = repository.shutdown(DEADLINE);
        assertThat(repository.shutdown(DEADLINE + 1)).isSameAs(stopped);
        loaders.runAll();
        assertThat(factory.only().timesClosed()).isEqualTo(1);
    }

    @Test
    void loadsNothingMoreOnceStopped() {
        CompletableFuture<List<ModelIndex>> loaded = repository.start();
        loaders.runNext();
        CompletableFuture<List<String>> stopped = repository.shutdown(DEADLINE);
        assertThat(stopped).isNotDone();
        loaders.runAll();
        assertThat(factory.created()).isEmpty();
        assertThat(loaded).isCompleted();
        assertThat(stopped).isCompletedWithValue(List.of());
        assertThat(slot().reason()).isEqualTo("not loaded, the server is stopping");
    }

    @Test
    void aLoadThatFailsDuringShutdownWasEndedOnPurpose() {
        repository = new ModelRepository(
                RepositoryOptions.of(directory), source -> failsStopping(), Runnable::run, loaders, loaders, clock);
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
        assertThat(repository.shutdown(DEADLINE)).isCompletedWithValue(List.of());
        assertThat(slot().reason()).isEqualTo("not loaded, the server is stopping");
    }

    private Version failsStopping() throws VersionLoadException {
        assertThat(repository.shutdown(DEADLINE)).isNotDone();
        throw new VersionLoadException("the trial was ended");
    }

    @Test
    void closesWhatFinishesLoadingDuringShutdown() {
        ManualExecutor control = new ManualExecutor();
        repository = new ModelRepository(RepositoryOptions.of(directory), factory, control, loaders, loaders, clock);
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
        control.runAll();
        loaders.runAll();
        assertThat(factory.only().timesClosed())
                .as("loaded, the control thread does not know yet")
                .isZero();
        CompletableFuture<List<String>> stopped = repository.shutdown(DEADLINE);
        control.runAll();
        loaders.runAll();
        control.runAll();
        assertThat(factory.only().timesClosed()).isEqualTo(1);
        assertThat(stopped).isCompletedWithValue(List.of());
    }

    @Test
    void reportsWhatStillLoadsAtTheDeadline() {
        assertThat(repository.start()).isNotDone();
        loaders.runNext();
        CompletableFuture<List<String>> stopped = repository.shutdown(DEADLINE);
        clock.advanceTo(DEADLINE);
        assertThat(stopped).isCompletedWithValue(List.of("a/[1] is still loading"));
    }

    @Test
    void stopsBeforeItHasStarted() {
        assertThat(repository.shutdown(DEADLINE)).isCompletedWithValue(List.of());
    }

    @Test
    void aLeaseIsReleasedOnce() {
        start();
        ServedVersion lease = lease();
        assertThat(repository.shutdown(DEADLINE)).isNotDone();
        lease.release();
        assertThatThrownBy(lease::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("version 1 of model 'a' was released too often");
    }

    private void start() {
        assertThat(repository.start()).isNotDone();
        loaders.runAll();
        assertThat(repository.ready()).isTrue();
    }

    private ServedVersion lease() {
        return (ServedVersion) repository.acquire("a", "");
    }

    private VersionIndex slot() {
        return repository.index().get(0).versions().get(0);
    }
}
