package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.FakeClock;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
    private final FakeClock clock = new FakeClock();

    @Test
    void sendsExactlyTheRequestsAskedForHoweverFastTheyEnd() {
        FakeEndpoint endpoint = FakeEndpoint.answeringAtOnce();
        Bench bench = new Bench(clock, window(1_000_000), List.of(endpoint));
        Loop loop = new ClosedLoop(bench.traffic, 3);
        Measurement measurement = bench.take(loop.run());
        assertThat(loop.isIdle()).isTrue();
        assertThat(endpoint.sent()).isEqualTo(1_000_000);
        assertThat(measurement.answered()).isEqualTo(1_000_000);
    }

    @Test
    void keepsItsConcurrencyInFlightAndNoMore() {
        FakeEndpoint endpoint = new FakeEndpoint(each -> {
            if (each.held() == 5) {
                each.answerOne();
            }
        });
        Bench bench = new Bench(clock, window(100), List.of(endpoint));
        Loop loop = new ClosedLoop(bench.traffic, 5);
        Measurement measurement = bench.take(loop.run());
        assertThat(loop.isIdle()).isFalse();
        assertThat(endpoint.mostHeld()).isEqualTo(5);
        assertThat(measurement.maxInFlight()).isEqualTo(5);
        assertThat(measurement.sent()).isEqualTo(100);
        assertThat(measurement.unanswered()).isEqualTo(endpoint.held()).isEqualTo(4);
    }

    @Test
    void spreadsItsCallersOverTheConnections() {
        FakeEndpoint first = FakeEndpoint.answeringAtOnce();
        FakeEndpoint second = FakeEndpoint.neverAnswering();
        Bench bench = new Bench(clock, window(50), List.of(second, first));
        new ClosedLoop(bench.traffic, 4).run();
        assertThat(second.sent()).isEqualTo(1);
        assertThat(first.sent()).isEqualTo(49);
    }

    @Test
    void aCallerRestsWhileItsConnectionIsDown() {
        FakeEndpoint endpoint = FakeEndpoint.neverAnswering();
        Bench bench = new Bench(clock, window(2), List.of(endpoint));
        Loop loop = new ClosedLoop(bench.traffic, 2);
        loop.run();
        endpoint.goDown();
        assertThat(endpoint.failAll()).isEqualTo(2);
        assertThat(endpoint.paused()).hasSize(2);
        assertThat(loop.isIdle()).isFalse();
        endpoint.paused().forEach(Runnable::run);
        assertThat(loop.isIdle()).isTrue();
    }

    private Window window(long requests) {
        return new Window(clock.getAsLong(), Long.MAX_VALUE, requests);
    }
}
