package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.SoakLength;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 64 callers at once against the demo's ranker: every answer right, batches form, nothing leaks, memory stays level.
 *
 * <p>{@code -Dtern.soak.seconds} says how long, 60 if not said. The growth of the process is judged from 60 s on: before,
 * the JVM still compiles.
 */
@Tag("soak")
class SoakTest {
    private static final int SECONDS = SoakLength.seconds();
    private static final int JUDGE_GROWTH_FROM_SECONDS = 60;
    private static final int CALLERS = 64;
    private static final int CONNECTIONS = 4;
    private static final double LEAST_MEAN_BATCH = 4;
    private static final double MOST_GROWTH = 1;
    private static final String RANKER = "model=\"ranker\"";

    @TempDir
    private Path directory;

    @Test
    void sixtyFourCallersAreAnsweredRightlyAndNothingLeaks() throws Exception {
        RankerRows rows = new RankerRows();
        try (ServerProcess server = ServerProcess.start(directory)) {
            List<ManagedChannel> channels =
                    Stream.generate(() -> channel(server)).limit(CONNECTIONS).toList();
            List<SoakClient> callers = IntStream.range(0, CALLERS)
                    .mapToObj(i -> new SoakClient(channels.get(i % CONNECTIONS), rows, i))
                    .toList();
            Growth resident = load(server, callers);
            assertAnswers(server, callers);
            double meanBatch = server.metric("tern_inference_batch_size_sum", RANKER)
                    / server.metric("tern_inference_batch_size_count", RANKER);
            double growth = resident.percentPerMinuteInLastThird();
            report(callers, meanBatch, server.residentBytes(), growth);
            assertThat(meanBatch).as("mean rows a run").isGreaterThan(LEAST_MEAN_BATCH);
            if (SECONDS >= JUDGE_GROWTH_FROM_SECONDS) {
                assertThat(growth).as("growth of resident memory, % a minute").isLessThanOrEqualTo(MOST_GROWTH);
            }
            server.until(
                    "idle server whose network buffers are all given back",
                    () -> server.metric("tern_netty_direct_in_use_bytes") == 0);
            findLeaks(server, new SoakClient(channels.get(0), rows, CALLERS));
            channels.forEach(ManagedChannel::shutdownNow);
            server.terminate();
            assertThat(server.log()).contains("Stopped").doesNotContain("LEAK").doesNotContain(" ERROR ");
        }
    }

    private static Growth load(ServerProcess server, List<SoakClient> callers)
            throws IOException, InterruptedException {
        Growth resident = new Growth();
        long start = System.nanoTime();
        callers.forEach(SoakClient::send);
        for (double now = 0; now < SECONDS; now = (System.nanoTime() - start) / 1e9) {
            resident.add(now, (double) server.residentBytes());
            server.live(Duration.ofMillis(250));
        }
        callers.forEach(SoakClient::stop);
        for (SoakClient each : callers) {
            assertThat(each.awaitEnd()).as("the last answer has come").isTrue();
        }
        return resident;
    }

    private static void assertAnswers(ServerProcess server, List<SoakClient> callers)
            throws IOException, InterruptedException {
        assertThat(callers).extracting(SoakClient::problem).containsOnly("");
        assertThat(callers).extracting(SoakClient::answers).allMatch(answers -> answers > 1);
        assertThat(server.metric("tern_inference_requests_total", RANKER, "outcome=\"success\""))
                .as("requests the server has counted")
                .isEqualTo(
                        (double) callers.stream().mapToLong(SoakClient::answers).sum());
    }

    /** The detector tells of what was lost when garbage was collected and it is asked to track something new. */
    private static void findLeaks(ServerProcess server, SoakClient caller) throws IOException, InterruptedException {
        server.collectGarbage();
        caller.send();
        server.live(Duration.ofMillis(500));
        server.collectGarbage();
        caller.stop();
        assertThat(caller.awaitEnd()).isTrue();
    }

    private static void report(List<SoakClient> callers, double meanBatch, long resident, double growth) {
        System.out.printf(
                Locale.ROOT,
                "soak: %d s, %d callers, %d answers, all right; mean batch %.1f rows; resident memory %d MiB, %+.2f %%"
                        + " a minute in the last third%n",
                SECONDS,
                CALLERS,
                callers.stream().mapToLong(SoakClient::answers).sum(),
                meanBatch,
                resident >> 20,
                growth);
    }

    private static ManagedChannel channel(ServerProcess server) {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                .usePlaintext()
                .build();
    }
}
