package dev.tern.server.engine.onnx;

import static dev.tern.server.engine.onnx.Engines.item;
import static dev.tern.server.testing.Tensors.floats;
import static dev.tern.server.testing.Tensors.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.RunTerminatedException;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a real model that would take hours, ended from another thread. */
@Timeout(60)
class TerminateTest {
    private static final long HOURS = 1L << 40;
    private static final long INTO_THE_RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @TempDir
    Path directory;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private OnnxEngine engine;
    private Instance instance;

    @BeforeEach
    void open() throws Exception {
        engine = Engines.open(directory, OnnxModels.slow());
        instance = engine.newInstance();
    }

    @AfterEach
    void close() {
        instance.close();
        engine.close();
    }

    @Test
    void runUnderWayIsEndedAndTheInstanceGoesOn() throws Exception {
        CompletableFuture<List<List<Tensor>>> running = running(instance);
        instance.terminate();
        assertTerminated(running);
        instance.rearm();
        assertThat(answer(instance, 1)).isEqualTo(0.5f);
    }

    @Test
    void theNextRunIsEndedWhereNoneIsUnderWay() throws Exception {
        instance.terminate();
        assertThatThrownBy(() -> instance.run(List.of(request(HOURS)))).isInstanceOf(RunTerminatedException.class);
        instance.rearm();
        assertThat(answer(instance, 2)).isEqualTo(0.25f);
    }

    @Test
    void otherInstancesOfTheModelRunOn() throws Exception {
        try (Instance other = Objects.requireNonNull(instance.another())) {
            CompletableFuture<List<List<Tensor>>> running = running(instance);
            CompletableFuture<List<List<Tensor>>> runningToo = running(other);
            instance.terminate();
            assertTerminated(running);
            assertThat(runningToo).isNotDone();
            other.terminate();
            assertTerminated(runningToo);
        }
    }

    @Test
    void terminatingAfterTheCloseDoesNothing() throws Exception {
        assertThat(answer(instance, 1)).isEqualTo(0.5f);
        instance.close();
        instance.terminate();
    }

    @Test
    void runWithPinnedOutputsIsEnded() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(answer(instance, 1)).isEqualTo(0.5f);
        }
        assertThat(((OnnxInstance) instance).pinsOutputs()).isTrue();
        CompletableFuture<List<List<Tensor>>> running = running(instance);
        instance.terminate();
        assertTerminated(running);
        instance.rearm();
        assertThat(((OnnxInstance) instance).pinsOutputs()).isTrue();
        assertThat(answer(instance, 1)).isEqualTo(0.5f);
    }

    private static void assertTerminated(CompletableFuture<List<List<Tensor>>> running) {
        assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RunTerminatedException.class);
    }

    /** A run for hours on a thread of its own, which has spent so much time that it is well into it. */
    private CompletableFuture<List<List<Tensor>>> running(Instance on) {
        CompletableFuture<List<List<Tensor>>> outcome = new CompletableFuture<>();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(on.run(List.of(request(HOURS))));
            } catch (Exception e) {
                failure.set(e);
                outcome.completeExceptionally(e);
            }
        });
        thread.start();
        while (threads.getThreadCpuTime(thread.getId()) < INTO_THE_RUN_NANOS) {
            assertThat(failure.get()).isNull();
            Thread.onSpinWait();
        }
        return outcome;
    }

    private static float answer(Instance on, long iterations) throws Exception {
        List<Tensor> outputs = on.run(List.of(request(iterations))).get(0);
        float first = floats(outputs.get(0))[0];
        Tensors.release(List.of(outputs));
        return first;
    }

    private static BatchItem request(long iterations) {
        float[] ones = new float[64];
        Arrays.fill(ones, 1);
        return item(1, Tensors.floats("x", Shape.of(1, 64), ones), longs("iters", Shape.of(1, 1), iterations));
    }
}
