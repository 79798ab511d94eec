package dev.tern.bench.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is written of one run. */
final class RunReportOptions extends ReportOptions {
    @Option(
            names = "--histogram-log",
            paramLabel = "FILE",
            description = "Write the latencies of each second as an HdrHistogram log (.hlog), for HdrHistogram's own"
                    + " tools. Values are nanoseconds.")
    @Nullable
    Path histogramLog;

    @Override
    void check() {
        super.check();
        writable("--histogram-log", histogramLog);
    }
}
