package dev.tern.bench.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page in Prometheus' text format, or OpenMetrics'. What is no sample is skipped. Immutable once it is read. */
public final class MetricsPage {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})?\\s+(\\S+)(?:\\s+\\S+)?(?:\\s+#.*)?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final List<Sample> samples = new ArrayList<>();

    private MetricsPage() {}

    /** Reads any text; that of another kind has no samples. */
    public static MetricsPage parse(String text) {
        MetricsPage page = new MetricsPage();
        text.lines().filter(line -> !line.startsWith("#")).forEach(page::add);
        return page;
    }

    /** The samples of this name that have these labels, whichever else they have. */
    Stream<Sample> samples(String name, Map<String, String> labels) {
        return samples.stream()
                .filter(each -> each.name().equals(name))
                .filter(each -> each.labels().entrySet().containsAll(labels.entrySet()));
    }

    /** The sum of the samples of this name that have these labels, whichever else they have; 0 where there are none. */
    public double sum(String name, Map<String, String> labels) {
        return samples(name, labels).mapToDouble(Sample::value).sum();
    }

    private void add(String line) {
        Matcher sample = SAMPLE.matcher(line.strip());
        if (sample.matches()) {
            double value = value(sample.group(3));
            if (Double.isFinite(value)) {
                samples.add(new Sample(sample.group(1), labels(sample.group(2) == null ? "" : sample.group(2)), value));
            }
        }
    }

    private static double value(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2).replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        return labels;
    }

    /** One line. */
    record Sample(String name, Map<String, String> labels, double value) {}
}
