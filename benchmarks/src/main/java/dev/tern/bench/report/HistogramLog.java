package dev.tern.bench.report;

import dev.tern.bench.measure.Histograms;
import dev.tern.bench.measure.Second;
import dev.tern.bench.run.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The answers' latencies second by second as an HdrHistogram log, which HdrHistogram's own tools read and plot. Its
 * values are nanoseconds; the column of maxima is in milliseconds, as these tools expect.
 */
public final class HistogramLog {
    private static final double NANOS_IN_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private HistogramLog() {}

    /** The whole log; its times count from the start of the measured window. */
    public static String of(RunResult result, String toolVersion) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HistogramLogWriter log = new HistogramLogWriter(new PrintStream(bytes, false, StandardCharsets.UTF_8));
        log.outputComment("[tern-bench " + toolVersion + ", model "
                + result.model().name() + " at " + result.settings().target() + ", latencies in nanoseconds]");
        log.outputLogFormatVersion();
        Duration warmUp = result.settings().warmUp();
        log.outputStartTime(result.startedAt().plus(warmUp).toEpochMilli());
        log.outputLegend();
        for (Second each : result.observed().seconds()) {
            EncodableHistogram histogram = Histograms.decode(each.histogram());
            log.outputIntervalHistogram(each.from(), each.from() + each.seconds(), histogram, NANOS_IN_MILLI);
        }
        log.close();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
