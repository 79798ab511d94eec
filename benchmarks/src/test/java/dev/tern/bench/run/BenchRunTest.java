package dev.tern.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.FakeServer;
import dev.tern.bench.input.InputSettings;
import dev.tern.bench.input.RequestHead;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.target.HostPort;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BenchRunTest {
    @Test
    void aClosedLoopOverARealSocketCountsExactly() throws IOException {
        try (FakeServer server = FakeServer.start()) {
            RunResult result = new BenchRun(settings(server, new ClosedLoad(8), 3, 500)).run();
            assertThat(server.requests()).isEqualTo(500);
            assertThat(server.connections()).isEqualTo(3);
            assertThat(result.connections()).isEqualTo(3);
            assertThat(result.measurement().answered()).isEqualTo(500);
            assertThat(result.measurement().hasErrors()).isFalse();
            assertThat(result.measurement().latencies().getTotalCount()).isEqualTo(500);
            assertThat(result.measurement().nanos()).isPositive();
            assertThat(result.interrupted()).isFalse();
        }
    }

    @Test
    void noConnectionIsOpenedThatNoCallerWouldUse() throws IOException {
        try (FakeServer server = FakeServer.start()) {
            new BenchRun(settings(server, new ClosedLoad(2), 8, 20)).run();
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void theServerNeverSeesMoreThanTheConcurrency() throws IOException {
        try (FakeServer server = FakeServer.start()) {
            Crowd crowd = new Crowd(8);
            server.behaving((request, content, reply) -> crowd.arrive(content, reply));
            RunResult result = new BenchRun(settings(server, new ClosedLoad(8), 2, 400)).run();
            assertThat(crowd.largest()).isEqualTo(8);
            assertThat(result.measurement().maxInFlight()).isEqualTo(8);
            assertThat(result.measurement().answered()).isEqualTo(400);
        }
    }

    @Test
    void anOpenLoopDoesNotWaitForAnswers() throws IOException {
        try (FakeServer server = FakeServer.start()) {
            Crowd crowd = new Crowd(300);
            server.behaving((request, content, reply) -> crowd.arrive(content, reply));
            RunResult result = new BenchRun(settings(server, new PoissonLoad(20_000, 1), 2, 300)).run();
            assertThat(result.measurement().answered()).isEqualTo(300);
            assertThat(result.measurement().maxInFlight()).isEqualTo(300);
            assertThat(result.measurement().sendDelays().getTotalCount()).isEqualTo(300);
        }
    }

    @Test
    void stoppingKeepsWhatWasMeasured() throws IOException {
        try (FakeServer server = FakeServer.start()) {
            BenchRun run = new BenchRun(settings(server, new ClosedLoad(2), 1, Long.MAX_VALUE));
            server.behaving((request, content, reply) -> {
                if (request == 100) {
                    run.stop();
                }
                FakeServer.score(content, reply);
            });
            RunResult result = run.run();
            Measurement measurement = result.measurement();
            assertThat(result.interrupted()).isTrue();
            assertThat(measurement.sent()).isBetween(100L, 102L).isEqualTo(measurement.answered());
        }
    }

    @Test
    void stoppedBeforeTheLoadItSendsNothing() throws IOException {
        try (FakeServer server = FakeServer.start()) {
            BenchRun run = new BenchRun(settings(server, new PoissonLoad(1_000, 1), 1, Long.MAX_VALUE));
            run.stop();
            RunResult result = run.run();
            assertThat(result.measurement().sent()).isZero();
            assertThat(result.notes()).containsExactly("no request fell into the measured window.");
        }
    }

    /** A caller that did not rest after a failure would use up the requests within a few milliseconds. */
    @Test
    void aServerThatDiesIsCountedNotHammered() throws Exception {
        int callers = 4;
        try (FakeServer server = FakeServer.start()) {
            Thread killer = new Thread(server::close);
            server.behaving((request, content, reply) -> {
                if (request < 50) {
                    FakeServer.score(content, reply);
                } else if (request == 50) {
                    killer.start();
                }
            });
            Measurement measurement = new BenchRun(settings(server, new ClosedLoad(callers), 2, 250))
                    .run()
                    .measurement();
            killer.join();
            assertThat(measurement.sent()).isEqualTo(250);
            // An answer may be lost with the connection, at most one a caller.
            assertThat(measurement.answered()).isBetween(50L - callers, 49L);
            assertThat(measurement.failed()).isEqualTo(250 - measurement.answered());
            // What was under way is cancelled by the server; what comes later finds none.
            assertThat(measurement.errors().keySet()).contains("UNAVAILABLE").isSubsetOf("UNAVAILABLE", "CANCELLED");
            // While the connections go down, a call or two of each caller may find them still up.
            long rests = measurement.failed() / callers - 5;
            assertThat(Duration.ofNanos(measurement.nanos())).isGreaterThanOrEqualTo(Duration.ofMillis(10 * rests));
        }
    }

    private static RunSettings settings(FakeServer server, LoadPlan load, int connections, long requests) {
        RequestHead head = RequestHead.of(FakeServer.MODEL, "");
        InputSettings inputs = InputSettings.random(1, List.of(), List.of(), 4);
        return new RunSettings(
                HostPort.parse(server.address()),
                List.of(ModelSettings.alone(head, inputs, Duration.ofSeconds(30))),
                1,
                load,
                connections,
                1,
                Duration.ZERO,
                Optional.empty(),
                OptionalLong.of(requests),
                Verification.NONE);
    }

    /** Lets nobody go until a number has come; a load that sends fewer at once would wait for ever. */
    private static final class Crowd {
        private final int number;
        private final List<Runnable> present = new ArrayList<>();
        private int largest;

        Crowd(int number) {
            this.number = number;
        }

        void arrive(ModelInferRequest content, StreamObserver<ModelInferResponse> reply) {
            List<Runnable> leaving = List.of();
            synchronized (this) {
                present.add(() -> FakeServer.score(content, reply));
                largest = Math.max(largest, present.size());
                if (present.size() == number) {
                    leaving = List.copyOf(present);
                    present.clear();
                }
            }
            leaving.forEach(Runnable::run);
        }

        synchronized int largest() {
            return largest;
        }
    }
}
