package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.AnswerDifferences;
import dev.tern.proto.admin.v1.GetTrafficResponse;
import dev.tern.proto.admin.v1.ModelTraffic;
import dev.tern.proto.admin.v1.ShadowReport;
import dev.tern.proto.admin.v1.TrafficShadow;
import dev.tern.proto.admin.v1.TrafficShare;
import dev.tern.proto.admin.v1.TrafficSticky;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which versions of a model answer, and which get copies, for people. */
final class TrafficText {
    private static final double PERCENT = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private TrafficText() {}

    static String of(GetTrafficResponse shown) {
        ShadowReport report = shown.getReport();
        boolean silent = report.getCandidate() == 0 && report.getUnserved() == 0;
        return of(shown.getTraffic()) + (silent ? "" : text(report));
    }

    static String of(ModelTraffic traffic) {
        String head = traffic.getModel() + ", "
                + (traffic.getChanged() ? "set while the server runs" : "as the configuration has it") + ":";
        return lines(Stream.of(
                head,
                split(traffic.getSplit().getSharesList()),
                sticky(traffic.getSticky()),
                shadow(traffic.getShadow())));
    }

    private static String split(List<TrafficShare> shares) {
        if (shares.isEmpty()) {
            return "no split: the newest version answers what names none";
        }
        double sum = shares.stream().mapToDouble(TrafficShare::getWeight).sum();
        TextTable table = new TextTable("VERSION", "WEIGHT", "SHARE", "SERVED");
        shares.forEach(each -> table.add(
                each.getVersion(),
                number(each.getWeight()),
                number(PERCENT * each.getWeight() / sum) + " %",
                each.getServedVersion() == 0 ? "no" : Long.toString(each.getServedVersion())));
        return table.toString().stripTrailing();
    }

    private static String sticky(TrafficSticky sticky) {
        String by = Stream.of(named("parameter ", sticky.getParameter()), named("metadata ", sticky.getMetadata()))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining(", else "));
        return by.isEmpty() ? "not sticky" : "sticky by " + by;
    }

    private static String named(String what, String name) {
        return name.isEmpty() ? "" : what + name;
    }

    private static String shadow(TrafficShadow shadow) {
        return shadow.getPercent() == 0
                ? "no copies"
                : "copies of " + number(shadow.getPercent()) + " % to " + shadow.getVersion();
    }

    private static String text(ShadowReport report) {
        long failed = report.getFailuresMap().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        String counts = "version " + report.getCandidate() + ": " + report.getCompared() + " compared, "
                + report.getIncomparable() + " incomparable, " + failed + " not answered"
                + kinds(report.getFailuresMap()) + ", " + report.getDropped() + " dropped, " + report.getUnserved()
                + " not copied as it was not served";
        if (report.getCompared() == 0) {
            return lines(Stream.of(counts));
        }
        String took = String.format(
                Locale.ROOT,
                "took %.3f ms, the callers' answers %.3f ms",
                report.getCandidateMeanNs() / NANOS_PER_MILLI,
                report.getPrimaryMeanNs() / NANOS_PER_MILLI);
        TextTable table = new TextTable("OUTPUT", "MEAN DIFFERENCE", "LARGEST", "RANK CORRELATION", "LOWEST");
        table.add(row("(worst)", report.getAnswers()));
        new TreeMap<>(report.getOutputsMap()).forEach((output, each) -> table.add(row(output, each)));
        return lines(Stream.of(counts, took, table.toString().stripTrailing()));
    }

    private static String kinds(Map<String, Long> failures) {
        return failures.isEmpty()
                ? ""
                : new TreeMap<>(failures)
                        .entrySet().stream()
                                .map(each -> each.getKey() + " " + each.getValue())
                                .collect(Collectors.joining(", ", " (", ")"));
    }

    private static String[] row(String output, AnswerDifferences differences) {
        boolean ranked = differences.getRanked() > 0;
        return new String[] {
            output,
            number(differences.getMeanAbsolute()),
            number(differences.getMaxAbsolute()),
            ranked ? number(differences.getMeanRankCorrelation()) : "-",
            ranked ? number(differences.getLeastRankCorrelation()) : "-"
        };
    }

    /** Four figures, and no more zeros than it takes. */
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }

    private static String lines(Stream<String> lines) {
        return lines.map(each -> each + System.lineSeparator()).collect(Collectors.joining());
    }
}
