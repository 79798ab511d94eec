package dev.tern.bench.report;

import dev.tern.bench.input.DrawnLengths;
import dev.tern.bench.load.KeyChoice;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.measure.Units;
import dev.tern.bench.run.ModelResult;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.target.ServerInfo;
import dev.tern.bench.tensor.TensorInfo;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** A result as a table for a terminal. */
public final class TextReport {
    private static final int INPUTS_SHOWN = 8;
    private static final int LABEL = 11;

    private final StringBuilder text = new StringBuilder();

    private TextReport() {}

    /** The whole table, ending with a line break. */
    public static String of(RunResult result) {
        TextReport report = new TextReport();
        report.what(result);
        report.counts(result);
        report.latencies(result.measurement().latencies());
        report.delays(result.measurement().sendDelays());
        result.observed().counts().ifPresent(counts -> report.server("", counts));
        if (result.parts().isMix()) {
            result.parts()
                    .models()
                    .forEach(each -> each.counts()
                            .ifPresent(counts -> report.server(each.model().name() + ": ", counts)));
        }
        PartsText.table(result.parts()).forEach(each -> report.line("", each));
        report.verdict(result);
        result.notes().forEach(each -> report.line("note", each));
        return report.text.toString();
    }

    private void what(RunResult result) {
        RunSettings settings = result.settings();
        line("target", settings.target() + server(result.observed().server()));
        if (result.parts().isMix()) {
            PartsText.mix(result.parts()).forEach(each -> line("mix", each));
        } else {
            line("model", model(result));
            line("inputs", inputs(result.inputs()));
        }
        for (DrawnLengths each : result.lengths()) {
            line("lengths", format("%s: mean %.1f, longest %,d", each.distribution(), each.mean(), each.max()));
        }
        line(
                "load",
                format(
                        "%s%s, %,d %s%s",
                        settings.load().describe(),
                        (settings.streams() ? " on streams" : "")
                                + (settings.sharedMemory() ? ", inputs in shared memory" : ""),
                        result.connections(),
                        plural(result.connections(), "connection"),
                        result.parts().isMix()
                                ? ""
                                : requests(result.parts().models().get(0))));
        line("measured", measured(result));
        text.append('\n');
    }

    private static String server(ServerInfo server) {
        return server.name().isEmpty() ? "" : " (" + (server.name() + " " + server.version()).strip() + ")";
    }

    private static String model(RunResult result) {
        String version = result.settings().head().version();
        String batching = result.model().maxBatchSize().isPresent()
                ? ", max_batch_size " + result.model().maxBatchSize().getAsInt()
                : "";
        String about = (result.model().platform() + batching).replaceFirst("^, ", "");
        return result.model().name()
                + (version.isEmpty() ? "" : " version " + version)
                + (about.isEmpty() ? "" : " (" + about + ")");
    }

    private static String inputs(List<TensorInfo> inputs) {
        String shown =
                inputs.stream().limit(INPUTS_SHOWN).map(TensorInfo::toString).collect(Collectors.joining(", "));
        return inputs.size() <= INPUTS_SHOWN ? shown : shown + format(" and %,d more", inputs.size() - INPUTS_SHOWN);
    }

    private static String requests(ModelResult model) {
        boolean inTurn = model.settings().keys().equals(KeyChoice.IN_TURN);
        return format(
                ", %s, %,d distinct requests%s",
                PartsText.rows(model.pool()),
                model.pool().distinct(),
                inTurn ? "" : " by " + model.settings().keys());
    }

    private static String measured(RunResult result) {
        return format(
                "%.1f s after %.1f s of warm-up, begun %s%s",
                result.measurement().nanos() / 1e9,
                result.settings().warmUp().toNanos() / 1e9,
                result.startedAt().truncatedTo(ChronoUnit.SECONDS),
                result.interrupted() ? ", INTERRUPTED" : "");
    }

    private void counts(RunResult result) {
        Measurement measured = result.measurement();
        line(
                "requests",
                format(
                        "%,d sent, %,d answered, %,d failed, at most %,d in flight",
                        measured.sent(), measured.answered(), measured.failed(), measured.maxInFlight()));
        measured.errors()
                .forEach((code, error) ->
                        line("", format("%,d x %s, first: %s", error.count(), code, error.firstMessage())));
        line(
                "rate",
                format(
                        "%,.1f requests/s, %,.1f rows/s",
                        measured.perSecond(), result.parts().rowsPerSecond()));
        Duration deadline = result.settings().timeout();
        if (!deadline.isZero()) {
            line(
                    "goodput",
                    format(
                            "%,.1f requests/s answered within %s of their time",
                            measured.goodput(),
                            result.parts().isMix() ? "their model's deadline" : Units.span(deadline.toNanos() / 1e3)));
        }
    }

    private void latencies(Histogram latencies) {
        if (latencies.getTotalCount() == 0) {
            line("latency", "no request was answered");
            return;
        }
        StringBuilder names = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (Map.Entry<String, Double> each : Latencies.micros(latencies).entrySet()) {
            names.append(format("%11s", each.getKey().replace('_', '.')));
            values.append(format("%11s", Units.span(each.getValue())));
        }
        line("latency", names.toString());
        line("", values.toString());
    }

    private void delays(Histogram delays) {
        if (delays.getTotalCount() > 0) {
            line(
                    "sent late",
                    format(
                            "by %s at p50, %s at p99, %s at most; counted as latency",
                            Units.span(delays.getValueAtPercentile(50) / 1e3),
                            Units.span(delays.getValueAtPercentile(99) / 1e3),
                            Units.span(delays.getMaxValue() / 1e3)));
        }
    }

    private void server(String model, ServerCounts counts) {
        line(
                "server",
                format(
                        "%s%,d runs of %s, %s rows each on average; %s in the queue, by %s",
                        model,
                        counts.runs(),
                        Units.span(counts.meanRunMicros()),
                        Units.number(counts.meanRows()),
                        Units.span(counts.meanWaitMicros()),
                        counts.source()));
    }

    private void verdict(RunResult result) {
        result.verdict().ifPresent(verdict -> {
            line("verified", format("%,d answers, %,d mismatched", verdict.checked(), verdict.mismatched()));
            verdict.first().ifPresent(first -> line("", "first: " + first));
        });
    }

    private void line(String label, String value) {
        text.append(format("%-" + LABEL + "s", label)).append(value).append('\n');
    }

    private static String plural(long count, String word) {
        return count == 1 ? word : word + "s";
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
