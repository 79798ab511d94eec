package dev.tern.server.acceptance;

import java.util.ArrayList;
import java.util.List;

/** How fast a measured value grows: the slope of a straight line through its samples (least squares). */
final class Growth {
    private record Sample(double seconds, double value) {}

    private final List<Sample> samples = new ArrayList<>();

    void add(double seconds, double value) {
        samples.add(new Sample(seconds, value));
    }

    /** Growth in the last third of the samples' time, in percent of their mean a minute. */
    double percentPerMinuteInLastThird() {
        double end = samples.get(samples.size() - 1).seconds();
        List<Sample> last =
                samples.stream().filter(each -> each.seconds() >= end * 2 / 3).toList();
        double meanTime = mean(last.stream().map(Sample::seconds).toList());
        double meanValue = mean(last.stream().map(Sample::value).toList());
        double covariance = 0;
        double variance = 0;
        for (Sample each : last) {
            covariance += (each.seconds() - meanTime) * (each.value() - meanValue);
            variance += (each.seconds() - meanTime) * (each.seconds() - meanTime);
        }
        return 100 * 60 * covariance / variance / meanValue;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
