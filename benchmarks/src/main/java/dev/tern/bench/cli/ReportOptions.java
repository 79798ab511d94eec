package dev.tern.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What is written, and where. */
class ReportOptions {
    private static final String STANDARD_OUTPUT = "-";

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write the report as JSON too; '-' for standard output, the table then goes to standard error.")
    @Nullable
    String json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the report as one HTML page with plots, which loads nothing from elsewhere.")
    @Nullable
    Path html;

    @Option(
            names = "--metrics-url",
            paramLabel = "URL",
            description = "The server's Prometheus page, such as http://localhost:8002/metrics: its counts before and"
                    + " after the measured window tell the time in the queue, the time of a run and the batch sizes."
                    + " Tern's and Triton's names are known. Default: ModelStatistics, where the server answers it.")
    @Nullable
    URI metricsUrl;

    @Option(names = "--quiet", description = "Say nothing while the load runs.")
    boolean quiet;

    void check() {
        if (!STANDARD_OUTPUT.equals(json)) {
            writable("--json", json == null ? null : Path.of(json));
        }
        writable("--html", html);
        if (metricsUrl != null) {
            String scheme = metricsUrl.getScheme();
            boolean http = ("http".equals(scheme) || "https".equals(scheme)) && metricsUrl.getHost() != null;
            Allowed.require(http, "--metrics-url", metricsUrl, "http://HOST:PORT/PATH");
        }
    }

    /** Before a load whose report could then not be written. */
    static void writable(String option, @Nullable Path file) {
        if (file != null) {
            Path folder = file.toAbsolutePath().getParent();
            boolean writable = folder != null && Files.isWritable(folder) && !Files.isDirectory(file);
            Allowed.require(writable, option, file, "a file in a folder that exists and can be written");
        }
    }

    /** Where text for people goes: with JSON on standard output to the other stream, so that either can be piped. */
    PrintWriter text(CommandSpec spec) {
        return STANDARD_OUTPUT.equals(json)
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
    }

    /** Writes what was asked for; the others are not made. */
    void write(CommandSpec spec, Supplier<String> jsonReport, Supplier<String> page) throws IOException {
        if (STANDARD_OUTPUT.equals(json)) {
            spec.commandLine().getOut().print(jsonReport.get());
            spec.commandLine().getOut().flush();
        } else if (json != null) {
            Files.writeString(Path.of(json), jsonReport.get());
        }
        if (html != null) {
            Files.writeString(html, page.get());
        }
    }

    /** Who looks on while a load runs. */
    Live live(CommandSpec spec) {
        return new Live(spec.commandLine().getErr(), quiet, Optional.ofNullable(metricsUrl));
    }
}
