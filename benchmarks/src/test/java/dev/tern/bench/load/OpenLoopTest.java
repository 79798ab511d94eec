package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.FakeClock;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Steps;
import dev.tern.bench.measure.Window;
import dev.tern.bench.target.Endpoint;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final FakeClock clock = new FakeClock();
    private final Waiter punctual = (time, givenUp) -> clock.moveTo(Math.max(time, clock.getAsLong()));

    @Test
    void sendsOnTimeThoughNobodyAnswers() {
        FakeEndpoint endpoint = FakeEndpoint.neverAnswering();
        Bench bench = bench(0, 100 * MILLI, endpoint);
        Histogram delays = new OpenLoop(bench.traffic, everyMilli(), punctual).run();
        assertThat(endpoint.held()).isEqualTo(99);
        assertThat(delays.getTotalCount()).isEqualTo(99);
        assertThat(delays.getMaxValue()).isZero();
        assertThat(bench.take(delays).maxInFlight()).isEqualTo(99);
    }

    @Test
    void theWarmUpIsSentButNotMeasured() {
        FakeEndpoint endpoint = FakeEndpoint.answeringAtOnce();
        Bench bench = bench(50 * MILLI, 100 * MILLI, endpoint);
        Measurement measurement = bench.take(new OpenLoop(bench.traffic, everyMilli(), punctual).run());
        assertThat(endpoint.sent()).isEqualTo(149);
        assertThat(measurement.sent()).isEqualTo(100);
        assertThat(measurement.answered()).isEqualTo(100);
    }

    @Test
    void connectionsTakeTurns() {
        FakeEndpoint first = FakeEndpoint.answeringAtOnce();
        FakeEndpoint second = FakeEndpoint.answeringAtOnce();
        Bench bench = bench(0, 100 * MILLI, first, second);
        new OpenLoop(bench.traffic, everyMilli(), punctual).run();
        assertThat(first.sent()).isEqualTo(50);
        assertThat(second.sent()).isEqualTo(49);
    }

    @Test
    void aStallOfTheGeneratorIsCountedAsLatencyAndOwnedUpTo() {
        FakeEndpoint endpoint = FakeEndpoint.answeringAtOnce();
        Bench bench = bench(0, 100 * MILLI, endpoint);
        Waiter stalls = (time, givenUp) ->
                clock.moveTo(Math.max(time, clock.getAsLong()) + (clock.getAsLong() < 0 ? 20 * MILLI : 0));
        Histogram delays = new OpenLoop(bench.traffic, everyMilli(), stalls).run();
        Measurement measurement = bench.take(delays);
        assertThat(endpoint.sent()).isEqualTo(99);
        assertThat(delays.valuesAreEquivalent(delays.getMaxValue(), 20 * MILLI)).isTrue();
        assertThat(measurement.latencies().getMaxValue()).isEqualTo(delays.getMaxValue());
        assertThat(measurement.isGeneratorLimited()).isTrue();
    }

    @Test
    void aGeneratorFarBehindGivesUp() {
        FakeEndpoint endpoint = FakeEndpoint.answeringAtOnce();
        Bench bench = bench(0, 100 * MILLI, endpoint);
        Waiter hopeless = (time, givenUp) -> clock.advance(100 * MILLI);
        Measurement measurement = bench.take(new OpenLoop(bench.traffic, everyMilli(), hopeless).run());
        assertThat(endpoint.sent()).isEqualTo(11);
        assertThat(measurement.isGeneratorLimited()).isTrue();
    }

    @Test
    void aGeneratorThatNeverLeavesTheWarmUpSaysSo() {
        FakeEndpoint endpoint = FakeEndpoint.answeringAtOnce();
        Bench bench = bench(50 * MILLI, 100 * MILLI, endpoint);
        Waiter hopeless = (time, givenUp) -> clock.advance(100 * MILLI);
        Measurement measurement = bench.take(new OpenLoop(bench.traffic, everyMilli(), hopeless).run());
        assertThat(measurement.sent()).isZero();
        assertThat(measurement.maxInFlight()).isZero();
        assertThat(measurement.isGeneratorLimited()).isTrue();
    }

    @Test
    void stagesBeginWithTheWindowAndAreCountedApart() {
        List<Stage> stages = List.of(new Stage(10, 10, 1_000 * MILLI), new Stage(20, 20, 1_000 * MILLI));
        OpenLoad load = new OpenLoad(ArrivalPattern.CONSTANT, stages, 1);
        Window window = new Window(clock.getAsLong() + 500 * MILLI, 2_000 * MILLI, Long.MAX_VALUE);
        Steps steps = new Steps(
                window.start(), load.steps().stream().map(Stage::nanos).toList());
        Bench bench = new Bench(clock, window, List.of(FakeEndpoint.answeringAtOnce()), steps);
        OpenLoop.started(bench.traffic, load::arrivals, punctual).run();
        assertThat(steps.take(window.start() + window.nanos()))
                .extracting(Measurement::sent)
                .containsExactly(10L, 20L);
    }

    private Bench bench(long warmUp, long length, Endpoint... connections) {
        Window window = new Window(clock.getAsLong() + warmUp, length, Long.MAX_VALUE);
        return new Bench(clock, window, List.of(connections));
    }

    private static Arrivals everyMilli() {
        long[] time = {0};
        return () -> time[0] += MILLI;
    }
}
