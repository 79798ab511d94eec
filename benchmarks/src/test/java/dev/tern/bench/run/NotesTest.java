package dev.tern.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.PoolInfo;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.Stage;
import dev.tern.bench.measure.ErrorCount;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.ModelInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class NotesTest {
    private static final ModelSettings MODEL = ModelSettings.alone(
            RequestHead.of("m", ""), InputSettings.random(1, List.of(), List.of(), 1), Duration.ZERO);

    @Test
    void aRunWithoutFaultNeedsNone() {
        assertThat(notes(measurement(1_000, 1_000, 0))).isEmpty();
    }

    @Test
    void latenciesLeaveOutWhatFailed() {
        assertThat(notes(measurement(5_000, 3_766, 1_234)))
                .containsExactly("the latencies are those of answers: they leave out 1,234 requests that got none.");
    }

    @Test
    void latenciesLeaveOutWhatNeverEnded() {
        assertThat(notes(measurement(1_000, 990, 7)))
                .containsExactly(
                        "3 requests had not ended when the run was given up.",
                        "the latencies are those of answers: they leave out 10 requests that got none.");
    }

    @Test
    void anEmptyWindowIsSaid() {
        assertThat(notes(measurement(0, 0, 0))).containsExactly("no request fell into the measured window.");
    }

    @Test
    void requestsLargerThanTheModelTakes() {
        Measurement measured = measurement(1, 1, 0);
        assertThat(Notes.of(settings(), measured, new Parts(List.of(model("m", 65)), List.of())))
                .containsExactly("requests of 65 rows are larger than the model's max_batch_size of 64.");
        assertThat(Notes.of(settings(), measured, new Parts(List.of(model("m", 64)), List.of())))
                .isEmpty();
        assertThat(Notes.of(settings(), measured, new Parts(List.of(model("m", 64), model("n", 65)), List.of())))
                .containsExactly("requests of 65 rows are larger than the n model's max_batch_size of 64.");
    }

    @Test
    void aGeneratorThatCannotKeepUp() {
        assertThat(notes(measurement(1_000, 1_000, 0, sendDelays(980, 20))))
                .singleElement()
                .asString()
                .startsWith("the generator, not the server, was the bottleneck: 1% of the requests");
        assertThat(notes(measurement(1_000, 1_000, 0, sendDelays(995, 5)))).isEmpty();
    }

    /** In a closed loop nothing is late; what tells is that an event loop never waits. */
    @Test
    void aGeneratorThatIsAlwaysAtWork() {
        Measurement measured = measurement(1_000, 1_000, 0);
        assertThat(notes(measured.withGeneratorLoad(0.97)))
                .containsExactly(
                        "the generator, not the server, was the bottleneck: one of its event loops was at work, or"
                                + " waited for a core, 97% of the time. Raise --threads, which is 1, or give the generator more cores of its own.");
        assertThat(measured.withGeneratorLoad(0.97).isGeneratorLimited()).isTrue();
        assertThat(notes(measured.withGeneratorLoad(0.9))).isEmpty();
        assertThat(measured.withGeneratorLoad(0.9).isGeneratorLimited()).isFalse();
    }

    /** One step of many may be too few requests to show in the whole. */
    @Test
    void aGeneratorThatCannotKeepUpInOneStep() {
        List<StepResult> steps = List.of(
                new StepResult(new Stage(100, 100, 1), measurement(995, 995, 0, sendDelays(995, 0))),
                new StepResult(new Stage(900, 1_000, 1), measurement(5, 5, 0, sendDelays(0, 5))));
        assertThat(Notes.of(settings(), measurement(1_000, 1_000, 0, sendDelays(995, 5)), new Parts(List.of(), steps)))
                .containsExactly("the generator, not the server, was the bottleneck in the steps of 900 to 1,000"
                        + " requests/s: 1% of their requests or more were sent over 1 ms after their time.");
    }

    private static List<String> notes(Measurement measurement) {
        return Notes.of(settings(), measurement, new Parts(List.of(model("m", 1)), List.of()));
    }

    private static Measurement measurement(long sent, long answered, long failed) {
        return measurement(sent, answered, failed, new Histogram(3));
    }

    private static Measurement measurement(long sent, long answered, long failed, Histogram sendDelays) {
        Map<String, ErrorCount> errors = Map.of();
        return new Measurement(1, sent, answered, failed, answered, answered, 1, errors, new Histogram(3), sendDelays);
    }

    /** How many left in time and how many two milliseconds late. */
    private static Histogram sendDelays(long inTime, long late) {
        Histogram delays = new Histogram(3);
        delays.recordValueWithCount(0, inTime);
        delays.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(2), late);
        return delays;
    }

    private static ModelResult model(String name, int rows) {
        ModelInfo model = new ModelInfo(name, "", List.of("1"), List.of(), List.of(), OptionalInt.of(64));
        PoolInfo pool = new PoolInfo(1, 1, rows, 1, List.of(), List.of());
        return new ModelResult(MODEL, model, pool, Optional.empty(), 0, measurement(1, 1, 0), Optional.empty());
    }

    private static RunSettings settings() {
        return new RunSettings(
                new HostPort("localhost", 1),
                List.of(MODEL),
                1,
                new ClosedLoad(1),
                1,
                1,
                Duration.ZERO,
                Optional.empty(),
                OptionalLong.of(1),
                Verification.NONE);
    }
}
