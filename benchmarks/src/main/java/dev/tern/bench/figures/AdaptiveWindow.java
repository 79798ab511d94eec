package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The adaptive mode against whichever fixed window turns out best at that load: the one of the lowest median p99. */
final class AdaptiveWindow implements Scenario {
    private static final String ADAPTIVE = "adaptive";
    private static final List<String> FIXED =
            List.of("fixed-0", "fixed-250", "fixed-500", "fixed-1000", "fixed-2000", "fixed-5000");
    private static final List<Double> SHARES = List.of(0.3, 0.6, 0.9);
    private static final Goal GOAL = Goal.atMost(1.05);

    @Override
    public String name() {
        return "adaptive";
    }

    @Override
    public List<String> models() {
        return Stream.of("mlp-1024", "mlp-2048")
                .flatMap(network ->
                        Stream.concat(Stream.of(ADAPTIVE), FIXED.stream()).map(schedule -> network + "-" + schedule))
                .toList();
    }

    @Override
    public List<Figure> measure(Rounds rounds) {
        List<Figure> figures = new ArrayList<>();
        for (String network : List.of("mlp-1024", "mlp-2048")) {
            double capacity = rounds.capacity(Overload.full(network));
            SHARES.forEach(share -> figures.add(figure(rounds, network, share, share * capacity)));
        }
        return figures;
    }

    private static Figure figure(Rounds rounds, String network, double share, double rate) {
        String load = Texts.format("%s at %.0f%% (%,.0f requests/s)", network, 100 * share, rate);
        Map<String, List<Reading>> readings = rounds.run(repetition -> {
            Map<String, Trial> variants = new LinkedHashMap<>();
            Stream.concat(Stream.of(ADAPTIVE), FIXED.stream())
                    .forEach(each -> variants.put(each, Trial.open(network + "-" + each, rate, repetition)));
            return variants;
        });
        Series adaptive = p99(load, ADAPTIVE, readings);
        List<Series> fixed =
                FIXED.stream().map(each -> p99(load, each, readings)).toList();
        // A window whose p99 could not be measured is not the best: NaN sorts last.
        Series best =
                fixed.stream().min(Comparator.comparingDouble(Series::median)).orElseThrow();
        List<Series> parts = new ArrayList<>(List.of(adaptive));
        parts.addAll(fixed);
        return new Figure(adaptive.over(load + ": p99, adaptive over the best fixed window", best), GOAL, parts);
    }

    private static Series p99(String load, String schedule, Map<String, List<Reading>> readings) {
        return Series.of(load + " " + schedule + ", p99 ms", Variants.readings(readings, schedule), Reading::p99Millis);
    }
}
