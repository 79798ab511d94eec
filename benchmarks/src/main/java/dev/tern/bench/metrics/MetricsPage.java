package dev.tern.bench.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page in Prometheus' text format, or OpenMetrics'. What is no sample is skipped. */
final class MetricsPage {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})?\\s+(\\S+)(?:\\s+\\S+)?(?:\\s+#.*)?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final List<Sample> samples = new ArrayList<>();

    private MetricsPage() {}

    static MetricsPage parse(String text) {
        MetricsPage page = new MetricsPage();
        text.lines().filter(line -> !line.startsWith("#")).forEach(page::add);
        return page;
    }

    /** The samples of this name and model, of one version or, where that is empty, of all. */
    Stream<Sample> samples(String name, String model, String version) {
        return samples.stream()
                .filter(each -> each.name().equals(name))
                .filter(each -> model.equals(each.labels().get("model")))
                .filter(each ->
                        version.isEmpty() || version.equals(each.labels().get("version")));
    }

    /** Their sum; 0 where there are none. */
    double sum(String name, String model, String version) {
        return samples(name, model, version).mapToDouble(Sample::value).sum();
    }

    /** That of the samples that have this label; 0 where there are none. */
    double sum(String name, String model, String label, String value) {
        return samples(name, model, "")
                .filter(each -> value.equals(each.labels().get(label)))
                .mapToDouble(Sample::value)
                .sum();
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
