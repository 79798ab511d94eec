package dev.tern.bench.cli;

import dev.tern.bench.process.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Measures one part after the other and reports what there is, also when a part fails or Ctrl-C ends it all: servers are
 * then ended, and no part follows.
 */
final class Measuring<R> {
    private final CommandSpec spec;
    private final ServerOptions options;
    private final Report<R> report;
    private final StopSignal stop = new StopSignal();

    Measuring(CommandSpec spec, ServerOptions options, Report<R> report) {
        this.spec = spec;
        this.options = options;
        this.report = report;
    }

    /** What a part is to end by. */
    StopSignal stop() {
        return stop;
    }

    /** Says a line on standard error. */
    void progress(String line) {
        spec.commandLine().getErr().println("tern-bench: " + line);
        spec.commandLine().getErr().flush();
    }

    /**
     * Measures all parts; blocks.
     *
     * @return the exit code: whether every part could be measured
     */
    int all(List<Part<R>> parts) throws IOException {
        return Interrupt.stops(stop::stop, () -> measured(parts));
    }

    private int measured(List<Part<R>> parts) {
        List<R> results = new ArrayList<>();
        boolean whole = true;
        try {
            for (Part<R> each : parts) {
                if (!stop.isStopped()) {
                    results.addAll(each.measure());
                    write(report.json(results));
                }
            }
        } catch (IOException e) {
            progress("cannot go on: " + e);
            whole = false;
        }
        PrintWriter table = spec.commandLine().getOut();
        table.print(report.text(results));
        table.flush();
        whole &= !stop.isStopped() && results.stream().allMatch(report::isWhole);
        return whole ? ExitCode.OK : ExitCode.FAILED;
    }

    private void write(String json) throws IOException {
        if (options.json != null) {
            Files.writeString(options.json, json);
        }
    }

    /** What is measured, and told, together. */
    interface Part<R> {
        List<R> measure() throws IOException;
    }

    /** How results are told. */
    interface Report<R> {
        /** For people. */
        String text(List<R> results);

        /** For machines. */
        String json(List<R> results);

        /** Whether it could be measured to the end. */
        boolean isWhole(R result);
    }
}
