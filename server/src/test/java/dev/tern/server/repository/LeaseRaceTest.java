package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.ModelConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version is closed exactly once, and never while somebody has a lease on it. */
class LeaseRaceTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 500;

    @TempDir
    private Path directory;

    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final ExecutorService control = Executors.newSingleThreadExecutor();
    private final ExecutorService loaders = Executors.newFixedThreadPool(2);

    @AfterEach
    void stopThreads() {
        clients.shutdownNow();
        control.shutdownNow();
        loaders.shutdownNow();
    }

    @Test
    void acquireAgainstShutdown() throws Exception {
        TestModels.model(directory, "a", "1", "2");
        TestModels.config(directory, "a", "version_policy { all {} }");
        for (int round = 0; round < ROUNDS / 10; round++) {
            FakeFactory factory = new FakeFactory();
            ModelRepository repository = new ModelRepository(
                    RepositoryOptions.of(directory), factory, control, loaders, loaders, new ManualClock());
            repository.start().get(1, TimeUnit.MINUTES);
            CountDownLatch running = new CountDownLatch(CLIENTS);
            List<Future<Integer>> answered = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String version = i % 2 == 0 ? "" : "1";
                answered.add(clients.submit(() -> useUntilRefused(repository, version, factory, running)));
            }
            running.await();
            CompletableFuture<List<String>> stopped = repository.shutdown(Long.MAX_VALUE);
            for (Future<Integer> each : answered) {
                assertThat(each.get(1, TimeUnit.MINUTES)).isPositive();
            }
            assertThat(stopped.get(1, TimeUnit.MINUTES)).isEmpty();
            assertThat(factory.created()).hasSize(2).allMatch(each -> each.timesClosed() == 1);
        }
    }

    @Test
    void retainAgainstRetire() throws Exception {
        CyclicBarrier start = new CyclicBarrier(CLIENTS);
        for (int round = 0; round < ROUNDS; round++) {
            FakeVersion loaded = new FakeVersion(
                    new VersionSource("a", 1, directory, directory, List.of(), ModelConfig.getDefaultInstance()),
                    new FakeFactory());
            ServedVersion served = new ServedVersion("a", 1, loaded, ClassLabels.NONE, List.of(), ServedVersion::close);
            List<Future<Boolean>> done = new ArrayList<>();
            done.add(clients.submit(() -> {
                start.await();
                served.retire();
                served.retire();
                return true;
            }));
            for (int i = 1; i < CLIENTS; i++) {
                done.add(clients.submit(() -> {
                    start.await();
                    boolean open = true;
                    while (served.retain()) {
                        open &= loaded.timesClosed() == 0;
                        served.release();
                    }
                    return open;
                }));
            }
            for (Future<Boolean> each : done) {
                assertThat(each.get(1, TimeUnit.MINUTES))
                        .as("open while leased")
                        .isTrue();
            }
            assertThat(loaded.timesClosed()).isEqualTo(1);
            assertThat(served.retain()).isFalse();
        }
    }

    /** Returns how many leases were had; each must find its version open from beginning to end. */
    private static int useUntilRefused(
            ModelRepository repository, String version, FakeFactory factory, CountDownLatch running) {
        int count = 0;
        while (repository.acquire("a", version) instanceof ServedVersion served) {
            FakeVersion loaded = factory.created().stream()
                    .filter(each -> each.source().version() == served.version())
                    .findFirst()
                    .orElseThrow();
            assertThat(loaded.timesClosed()).isZero();
            if (count == 0) {
                running.countDown();
            }
            Thread.onSpinWait();
            assertThat(loaded.timesClosed()).isZero();
            served.release();
            count++;
        }
        return count;
    }
}
