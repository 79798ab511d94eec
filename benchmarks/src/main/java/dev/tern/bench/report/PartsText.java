package dev.tern.bench.report;

import dev.tern.bench.input.PoolInfo;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Units;
import dev.tern.bench.run.ModelResult;
import dev.tern.bench.run.Parts;
import dev.tern.bench.run.StepResult;
import dev.tern.bench.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A run's parts as lines of a terminal's table: one a model where there are several, one a step. */
final class PartsText {
    private static final String HEAD = "%10s%11s%9s%11s%11s%11s";
    private static final String ROW = "%,10d%,11.1f%,9d%11s%11s%11s";

    private PartsText() {}

    /** What a mix asks of each model. */
    static List<String> mix(Parts parts) {
        double sum = parts.models().stream()
                .mapToDouble(each -> each.settings().weight())
                .sum();
        return parts.models().stream()
                .map(each -> format(
                        "%.1f%% %s: %s; %s, %,d distinct requests %s",
                        100 * each.settings().weight() / sum,
                        each.model().name(),
                        each.pool().inputs().stream().map(TensorInfo::toString).collect(Collectors.joining(", ")),
                        rows(each.pool()),
                        each.pool().distinct(),
                        each.settings().keys()))
                .toList();
    }

    /** How many rows a request has. */
    static String rows(PoolInfo pool) {
        return pool.fewestRows() == pool.mostRows()
                ? format("%,d %s a request", pool.mostRows(), pool.mostRows() == 1 ? "row" : "rows")
                : format("%,d to %,d rows a request", pool.fewestRows(), pool.mostRows());
    }

    /** The head of the table and its lines; none where there is nothing to tell apart. */
    static List<String> table(Parts parts) {
        List<String> lines = new ArrayList<>();
        if (parts.isMix()) {
            lines.add(format("%-18s", "model") + head());
            for (ModelResult each : parts.models()) {
                lines.add(format("%-18s", each.model().name()) + row(each.measurement()));
            }
        }
        if (!parts.steps().isEmpty()) {
            lines.add(format("%-18s", "step, asked/s") + head());
            for (StepResult each : parts.steps()) {
                lines.add(format("%-18s", each.stage().rates()) + row(each.measurement()));
            }
        }
        return lines;
    }

    private static String head() {
        return format(HEAD, "sent", "answered/s", "failed", "p50", "p99", "p99.9");
    }

    private static String row(Measurement measured) {
        boolean answered = measured.latencies().getTotalCount() > 0;
        return format(
                ROW,
                measured.sent(),
                measured.perSecond(),
                measured.failed(),
                answered ? span(measured, 50) : "-",
                answered ? span(measured, 99) : "-",
                answered ? span(measured, 99.9) : "-");
    }

    private static String span(Measurement measured, double percentile) {
        return Units.span(measured.latencies().getValueAtPercentile(percentile) / 1e3);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
