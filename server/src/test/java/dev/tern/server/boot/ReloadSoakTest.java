package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.RepositoryModelUnloadRequest;
import dev.tern.server.engine.onnx.OpenNatives;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.SoakLength;
import dev.tern.server.testing.Tensors;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a model took is given back to the machine when it is replaced. A weaker proof than 5% between the 20th and the
 * 200th reload would be: it allows 10% between the 60th and the 200th, for what the JVM itself still grows by.
 */
@Tag("soak")
class ReloadSoakTest {
    /** Until then the JVM compiles most of what it runs, and grows by that. */
    private static final int WARM = 60;

    private static final int RELOADS = 200;
    private static final int CYCLES = 1000;

    /** Compiled code alone grows by some 3% of it meanwhile; one session in forty left open would be 10%. */
    private static final double ALLOWED_GROWTH = 1.10;

    private static final int LOOKS = 20;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    @TempDir
    Path directory;

    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void theProcessIsAsLargeAfterManyReloadsAsAfterAFew() throws Exception {
        int reloads = SoakLength.of(RELOADS);
        assumeThat(reloads).as("enough to compare with the first " + WARM).isGreaterThan(WARM);
        byte[][] models = {OnnxModels.mlp(256, 1024, 1024, 4), OnnxModels.mlp(256, 1024, 1020, 4)};
        ModelDirectory model = ModelDirectory.of(directory, "m").version(1, models[0]);
        ControlSettings explicit = new ControlSettings(
                ControlMode.EXPLICIT, List.of("m"), Duration.ofSeconds(15), 0, OptionalLong.empty());
        ExecutorService client = Executors.newSingleThreadExecutor();
        try (TestServer server = TestServer.builder(directory).control(explicit).start()) {
            Future<Integer> asked = client.submit(() -> ask(server));
            long afterAFew = 0;
            for (int i = 1; i <= reloads; i++) {
                model.version(1, models[i % 2]);
                var unused = server.stub()
                        .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                                .setModelName("m")
                                .build());
                afterAFew = i == WARM ? residentKilobytes() : afterAFew;
            }
            over.set(true);
            assertThat(asked.get()).isPositive();
            assertThat(residentKilobytes())
                    .as("kilobytes, after the first loads " + afterAFew)
                    .isLessThan((long) (afterAFew * ALLOWED_GROWTH));
        } finally {
            over.set(true);
            client.shutdownNow();
        }
    }

    @Test
    void nothingIsLeftOfAThousandLoadsAndUnloadsUnderTraffic() throws Exception {
        int cycles = SoakLength.of(CYCLES);
        byte[] onnx = OnnxModels.mlp(256, 1024, 1024, 4);
        var unused = ModelDirectory.of(directory, "m").version(1, onnx);
        unused = ModelDirectory.of(directory, "comes-and-goes").version(1, onnx);
        ControlSettings explicit = new ControlSettings(
                ControlMode.EXPLICIT, List.of("m"), Duration.ofSeconds(15), 0, OptionalLong.empty());
        ExecutorService client = Executors.newSingleThreadExecutor();
        try (TestServer server = TestServer.builder(directory).control(explicit).start()) {
            Future<Integer> asked = client.submit(() -> ask(server));
            long memory = 0;
            Map<String, Long> held = Map.of();
            for (int i = 1; i <= cycles; i++) {
                loadAskAndUnload(server, "comes-and-goes");
                if (i == cycles / 3) {
                    memory = residentKilobytes();
                    held = collected(Map.of(), 0);
                }
            }
            over.set(true);
            assertThat(asked.get())
                    .as("requests to another model, none of which failed")
                    .isPositive();
            // What is left behind is left each time; the last one may still be closing.
            Map<String, Long> before = held;
            collected(before, cycles / 10)
                    .forEach((what, count) ->
                            assertThat(count).as(what).isLessThan(before.getOrDefault(what, 0L) + cycles / 10));
            assertThat(residentKilobytes())
                    .as("kilobytes, after a third of the loads " + memory)
                    .isLessThan((long) (memory * ALLOWED_GROWTH));
        } finally {
            over.set(true);
            client.shutdownNow();
        }
    }

    private static void loadAskAndUnload(TestServer server, String model) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(model)
                        .build());
        assertThat(Requests.infer(server, model, Tensors.floats("x", Shape.of(1, 256), new float[256])))
                .hasSize(1);
        var unusedToo = server.stub()
                .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName(model)
                        .build());
    }

    /**
     * Without what only waits for the collector: direct buffers are freed by threads of the JVM's, some time after its
     * run. Looks again until there is less than {@code more} beyond {@code before}, but not without end.
     */
    private static Map<String, Long> collected(Map<String, Long> before, long more) throws IOException {
        System.gc();
        Map<String, Long> held = held();
        for (int i = 1; i < LOOKS && grown(held, before, more); i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            System.gc();
            held = held();
        }
        return held;
    }

    private static boolean grown(Map<String, Long> held, Map<String, Long> before, long more) {
        return held.entrySet().stream()
                .anyMatch(each -> each.getValue() >= before.getOrDefault(each.getKey(), 0L) + more);
    }

    /** What there is of all that a model may hold. */
    private static Map<String, Long> held() throws IOException {
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getCount)
                .sum();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"));
                Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return Map.of(
                    "sessions and tensors", OpenNatives.live(),
                    "direct buffers", direct,
                    "files", files.count(),
                    "threads", threads.count());
        }
    }

    private int ask(TestServer server) {
        int count = 0;
        while (!over.get()) {
            assertThat(Requests.infer(server, "m", Tensors.floats("x", Shape.of(1, 256), new float[256])))
                    .hasSize(1);
            count++;
        }
        return count;
    }

    /** All that is in memory but the Java heap, the largest mapping of all, which is as large as the collector likes. */
    private static long residentKilobytes() throws IOException {
        System.gc();
        long[] mappings = Files.readAllLines(Path.of("/proc/self/smaps")).stream()
                .filter(each -> each.startsWith("Rss:"))
                .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
                .sorted()
                .toArray();
        return LongStream.of(mappings).limit(mappings.length - 1).sum();
    }
}
