package dev.tern.server.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tern.server.predict.DriftState;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class TapTest {
    private static final TensorSpec X = new TensorSpec("x", DataType.FP32, Shape.of(-1, 2));
    private static final TensorSpec Y = new TensorSpec("y", DataType.INT64, Shape.of(-1, 1));

    private final Found found = new Found();
    private final List<Reply> passed = new ArrayList<>();

    private DriftMonitor monitor(double sample, int random) {
        return new DriftMonitor(
                Features.of(List.of(X), List.of(Y), List.of()),
                new DriftSettings(sample, 500, 100, 1e-6, 0.1, 0.2),
                () -> random,
                found);
    }

    private static InferenceRequest request(Tensor... inputs) {
        return new InferenceRequest("m", "", List.of(inputs), List.of(), Map.of(), FakeCall.patient());
    }

    private static InferenceRequest request() {
        return request(Tensors.floats("x", Shape.of(2, 2), 1, 2, 3, 4));
    }

    /** Answers at once. */
    private final Predictor model = (request, reply) -> {
        passed.add(reply);
        reply.succeed(new InferenceResponse(List.of(Tensors.longs("y", Shape.of(2, 1), 5, 6))));
    };

    @Test
    void aRequestOfTheSampleIsAnsweredAndLookedAt() {
        DriftMonitor monitor = monitor(1, 0);
        RecordingReply reply = new RecordingReply();
        new Tap(monitor, () -> true, model).predict(request(), reply);

        assertThat(Tensors.longs(reply.outputs().get(0))).containsExactly(5, 6);
        assertThat(monitor.state().rows()).as("not before the monitor works").isZero();
        monitor.work();
        assertThat(monitor.state().rows()).isEqualTo(1);
        assertThat(monitor.state().features())
                .extracting(DriftState.Feature::name, DriftState.Feature::referenceValues)
                .containsExactly(tuple("x[0]", 1), tuple("x[1]", 1), tuple("y", 1));
        assertThat(found.rows).isEqualTo(1);
    }

    @Test
    void oneThatIsNotIsPassedOnAsItIs() {
        for (boolean counted : new boolean[] {true, false}) {
            // Of the largest number there is, half is below the limit of no smaller share than 1.
            DriftMonitor monitor = counted ? monitor(0.999, -1) : monitor(1, 0);
            RecordingReply reply = new RecordingReply();
            new Tap(monitor, () -> counted, model).predict(request(), reply);
            assertThat(passed.get(passed.size() - 1)).isSameAs(reply);
            monitor.work();
            assertThat(monitor.state().rows()).isZero();
        }
    }

    @Test
    void whatFailsIsPassedOnAndNotLookedAt() {
        DriftMonitor monitor = monitor(1, 0);
        RecordingReply reply = new RecordingReply();
        Failure failure = Failure.of(Failure.Kind.INTERNAL, "broken");
        new Tap(monitor, () -> true, (request, to) -> {
                    to.failing(failure);
                    to.fail(failure);
                })
                .predict(request(), reply);

        assertThat(reply.early()).isEqualTo(failure);
        assertThat(reply.failure()).isEqualTo(failure);
        monitor.work();
        assertThat(monitor.state().rows()).isZero();
    }

    @Test
    void whatCannotBeReadIsAnsweredAllTheSame() {
        DriftMonitor monitor = monitor(1, 0);
        Tensor tooShort = Tensors.floats("x", Shape.of(2, 2), 1);
        RecordingReply ofInput = new RecordingReply();
        new Tap(monitor, () -> true, model).predict(request(tooShort), ofInput);
        RecordingReply ofOutput = new RecordingReply();
        new Tap(
                        monitor,
                        () -> true,
                        (request, reply) -> reply.succeed(
                                new InferenceResponse(List.of(Tensors.raw("y", DataType.INT64, Shape.of(1, 1))))))
                .predict(request(), ofOutput);

        assertThat(ofInput.outputs()).hasSize(1);
        assertThat(ofOutput.outputs()).hasSize(1);
        monitor.work();
        assertThat(monitor.state().rows()).isZero();
        assertThat(monitor.state().dropped()).isEqualTo(2);
        assertThat(found.dropped).isEqualTo(2);
    }

    @Test
    void whoIsLookedAtIsAnsweredThoughLookingFails() {
        found.broken = new AssertionError("for the test");
        List<BooleanSupplier> counted = List.of(() -> true, () -> {
            throw new IllegalStateException("for the test");
        });
        for (BooleanSupplier each : counted) {
            DriftMonitor monitor = monitor(1, 0);
            found.failures.clear();
            RecordingReply reply = new RecordingReply();
            Tensor tooShort = Tensors.raw("y", DataType.INT64, Shape.of(1, 1));
            new Tap(monitor, each, (request, to) -> to.succeed(new InferenceResponse(List.of(tooShort))))
                    .predict(request(), reply);
            assertThat(reply.outputs()).hasSize(1);
            assertThat(found.failures).hasSize(1);
        }
    }

    @Test
    void aFeatureThatFailsTakesNoOtherWithIt() {
        DriftMonitor monitor = monitor(1, 0);
        Tap tap = new Tap(monitor, () -> true, model);
        found.broken = new AssertionError("for the test");
        for (int i = 0; i < 500 + 3 * 100; i++) {
            tap.predict(request(), new RecordingReply());
            monitor.work();
        }
        assertThat(found.windows).as("of the two others").isEqualTo(2 * 3);
        assertThat(found.failures).containsExactly(found.broken);
        assertThat(monitor.state().features())
                .extracting(DriftState.Feature::windows)
                .containsExactly(3L, 3L, 3L);

        found.broken = null;
        for (int i = 0; i < DriftMonitor.CAPACITY; i++) {
            tap.predict(request(), new RecordingReply());
        }
        assertThat(monitor.state().dropped()).as("what was taken takes no room").isZero();
    }

    @Test
    void moreThanMayWaitIsDropped() {
        DriftMonitor monitor = monitor(1, 0);
        Tap tap = new Tap(monitor, () -> true, model);
        for (int i = 0; i < DriftMonitor.CAPACITY + 3; i++) {
            tap.predict(request(), new RecordingReply());
        }
        assertThat(monitor.state().dropped()).isEqualTo(3);
        monitor.work();
        assertThat(monitor.state().rows()).isEqualTo(DriftMonitor.CAPACITY);

        tap.predict(request(), new RecordingReply());
        monitor.work();
        assertThat(monitor.state().rows()).as("there is room again").isEqualTo(DriftMonitor.CAPACITY + 1);
        assertThat(monitor.state().dropped()).isEqualTo(3);
    }

    @Test
    void theShareOfTheSampleIsThatOfTheRandomNumbers() {
        int[] next = {Integer.MIN_VALUE};
        // Steps through all ints.
        DriftMonitor monitor = new DriftMonitor(
                Features.of(List.of(X), List.of(), List.of()),
                new DriftSettings(0.25, 500, 100, 1e-6, 0.1, 0.2),
                () -> next[0] += 1 << 16,
                found);
        int taken = 0;
        for (int i = 0; i < 1 << 16; i++) {
            taken += monitor.takes() ? 1 : 0;
        }
        assertThat(taken).isEqualTo(1 << 14);
    }

    @Test
    void aNewReferenceIsOfWhatComesAfter() {
        DriftMonitor monitor = monitor(1, 0);
        Tap tap = new Tap(monitor, () -> true, model);
        for (int i = 0; i < 700; i++) {
            tap.predict(request(), new RecordingReply());
        }
        monitor.work();
        assertThat(found.windows).isEqualTo(6);
        tap.predict(request(), new RecordingReply());
        monitor.takeAnew();
        monitor.work();

        assertThat(found.restarts).isEqualTo(1);
        assertThat(monitor.state().features())
                .allSatisfy(each -> assertThat(each.referenceValues()).isZero())
                .allSatisfy(each -> assertThat(each.windows()).isZero());
        for (int i = 0; i < DriftMonitor.CAPACITY; i++) {
            tap.predict(request(), new RecordingReply());
        }
        assertThat(monitor.state().dropped()).as("what waited takes no room").isZero();
    }

    @Test
    void anOutputThatWasNotAskedForIsLeftOut() {
        DriftMonitor monitor = monitor(1, 0);
        new Tap(monitor, () -> true, (request, reply) -> reply.succeed(new InferenceResponse(List.of())))
                .predict(request(), new RecordingReply());
        monitor.work();

        assertThat(monitor.state().features())
                .extracting(DriftState.Feature::referenceValues)
                .containsExactly(1, 1, 0);
    }
}
