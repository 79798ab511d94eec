package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceLoadTest {
    private static final long MILLI = 1_000_000;

    @TempDir
    Path folder;

    @Test
    void timesCountFromTheFirst() throws IOException {
        assertThat(TraceFile.read(file("# begun at noon\n10.5\n\n10.5\n10.501\n 12e0 \n"), TraceFile.Unit.S))
                .containsExactly(0, 0, MILLI, 1_500 * MILLI);
    }

    @Test
    void timesSinceTheEpochLoseNothing() throws IOException {
        Path file = file("1763863200000000000\n1763863200000000001\n");
        assertThat(TraceFile.read(file, TraceFile.Unit.NS)).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource({"S,2000000000", "MS,2000000", "US,2000", "NS,2"})
    void theUnitIsTheCallers(TraceFile.Unit unit, long nanos) throws IOException {
        assertThat(TraceFile.read(file("1\n3\n"), unit)).containsExactly(0, nanos);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1;x|line 2: 'x' is not a time (expected: a number, such as 0.125)",
                "1;2;1.5|line 3: 1.5 is earlier than the time before it (expected: times in order)",
                "1e30|line 1: '1e30' is too large (expected: less than 292 years)",
                "#|it is empty (expected: one time a line)"
            })
    void otherFilesAreRefused(String lines, String message) throws IOException {
        Path file = file(lines.replace(';', '\n'));
        assertThatThrownBy(() -> TraceFile.read(file, TraceFile.Unit.S))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trace " + file + ": " + message);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> TraceFile.read(folder.resolve("none"), TraceFile.Unit.S))
                .hasMessage("trace " + folder.resolve("none") + ": it cannot be read (expected: a file of text)");
    }

    @Test
    void arrivalsAreThoseRecorded() {
        assertThat(times(new TraceLoad("t", new long[] {0, 10, 10, 500}, 1), 0, 5))
                .containsExactly(0, 10, 10, 500, StagedArrivals.NEVER);
    }

    @Test
    void theyMayComeFaster() {
        TraceLoad fast = new TraceLoad("t", new long[] {0, 10, 500}, 2);
        assertThat(times(fast, 0, 3)).containsExactly(0, 5, 250);
        assertThat(fast.nanos()).isEqualTo(251);
        assertThat(fast.describe()).isEqualTo("open loop, recorded, 3 requests in 0.000 s (t, 2.0 times as fast)");
    }

    /** Five requests in 500 ns come every 100 ns on average. */
    @Test
    void theWarmUpIsEvenAtTheMeanRate() {
        assertThat(times(new TraceLoad("t", new long[] {0, 0, 0, 0, 499}, 1), 250, 8))
                .containsExactly(100, 200, 250, 250, 250, 250, 749, StagedArrivals.NEVER);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("trace.txt"), text);
    }

    private static long[] times(TraceLoad load, long warmUp, int count) {
        return LongStream.generate(load.arrivals(warmUp)::next).limit(count).toArray();
    }
}
