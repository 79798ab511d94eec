package dev.tern.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.ServerCounts;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServerReadingsTest {
    private static final CompletableFuture<ServerCounts> DOWN =
            CompletableFuture.failedFuture(new IllegalStateException("it is down"));

    @Test
    void theWindowIsWhatLiesBetweenItsEnds() {
        ServerReadings readings = readings(true, List.of(runs(5), runs(10), runs(70), runs(1_000)));
        readings.began();
        readings.ended();
        readings.ended();
        readings.take();
        assertThat(readings.counts().orElseThrow().runs()).isEqualTo(60);
        assertThat(readings.missing()).isEmpty();
        assertThat(readings.complaint()).isEmpty();
    }

    @Test
    void aServerThatDoesNotTellIsNotAskedUnderLoad() {
        ServerReadings readings = readings(false, List.of(DOWN));
        readings.began();
        readings.ended();
        readings.take();
        assertThat(readings.counts()).isEmpty();
        assertThat(readings.missing()).isEqualTo("it is down");
        assertThat(readings.complaint()).as("nobody asked for them").isEmpty();
    }

    @Test
    void whatWasAskedForAndIsMissingIsSaid() {
        ServerReadings readings = readings(true, List.of(runs(5), runs(10), DOWN));
        readings.began();
        readings.ended();
        readings.take();
        assertThat(readings.complaint()).hasValue("the server's own figures are left out: it is down.");
    }

    @Test
    void aWindowWithoutRunsTellsNothing() {
        ServerReadings readings = readings(true, List.of(runs(5), runs(10), runs(10)));
        readings.began();
        readings.ended();
        readings.take();
        assertThat(readings.counts()).isEmpty();
        assertThat(readings.missing()).isEqualTo("the server counted no run of the model in the window");
        ServerReadings never = readings(true, List.of(runs(5)));
        never.ended();
        never.take();
        assertThat(never.missing()).isEqualTo("the window never began");
    }

    private static ServerReadings readings(boolean wanted, List<CompletableFuture<ServerCounts>> answers) {
        Queue<CompletableFuture<ServerCounts>> left = new ArrayDeque<>(answers);
        return new ServerReadings(left::remove, wanted);
    }

    private static CompletableFuture<ServerCounts> runs(long runs) {
        return CompletableFuture.completedFuture(
                new ServerCounts("test", runs, 1, runs, 1, runs, new TreeMap<>(), false));
    }
}
