package dev.tern.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.measure.ErrorCount;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.target.HostPort;
import dev.tern.bench.target.ModelInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class NotesTest {
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
        assertThat(Notes.of(settings(65), model(), measurement(1, 1, 0)))
                .containsExactly("requests of 65 rows are larger than the model's max_batch_size of 64.");
        assertThat(Notes.of(settings(64), model(), measurement(1, 1, 0))).isEmpty();
    }

    @Test
    void aGeneratorThatCannotKeepUp() {
        assertThat(notes(measurement(1_000, 1_000, 0, sendDelays(980, 20))))
                .singleElement()
                .asString()
                .startsWith("the generator, not the server, was the bottleneck");
        assertThat(notes(measurement(1_000, 1_000, 0, sendDelays(995, 5)))).isEmpty();
    }

    private static List<String> notes(Measurement measurement) {
        return Notes.of(settings(1), model(), measurement);
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

    private static ModelInfo model() {
        return new ModelInfo("m", "", List.of("1"), List.of(), List.of(), OptionalInt.of(64));
    }

    private static RunSettings settings(int rows) {
        return new RunSettings(
                new HostPort("localhost", 1),
                RequestHead.of("m", ""),
                rows,
                List.of(),
                List.of(),
                1,
                1,
                new ClosedLoad(1),
                1,
                1,
                Duration.ZERO,
                Optional.empty(),
                OptionalLong.of(1),
                Duration.ZERO,
                OptionalDouble.empty());
    }
}
