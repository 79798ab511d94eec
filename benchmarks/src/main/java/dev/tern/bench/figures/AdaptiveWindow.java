package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The adaptive mode against the fixed window that hand tuning would choose at that load: the one of the lowest median p99
 * in runs of its own. Were it chosen after the comparison, the luckiest of six would be.
 */
final class AdaptiveWindow implements Scenario {
    private static final String ADAPTIVE = "adaptive";
    private static final List<String> FIXED =
            List.of("fixed-0", "fixed-250", "fixed-500", "fixed-1000", "fixed-2000", "fixed-5000");
    private static final List<Double> SHARES = List.of(0.3, 0.6, 0.9);

    /** More than any number of repetitions, so that tuned windows are judged by arrivals they were not tuned on. */
    private static final int TUNING_SEEDS = 1_000;

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
        List<Series> tuning = p99(load, FIXED, rounds.tune(repetition -> trials(network, FIXED, rate, repetition)));
        String best = FIXED.get(tuning.indexOf(tuning.stream()
                // A window whose p99 could not be measured is not the best: NaN sorts last.
                .min(Comparator.comparingDouble(Series::median))
                .orElseThrow()));
        List<String> compared = List.of(ADAPTIVE, best);
        List<Series> judged = p99(
                load, compared, rounds.run(repetition -> trials(network, compared, rate, TUNING_SEEDS + repetition)));
        Series ratio = judged.get(0)
                .over(load + ": p99, adaptive over " + best + ", the best window when tuned", judged.get(1));
        return new Figure(
                ratio,
                GOAL,
                Stream.concat(
                                judged.stream(),
                                tuning.stream().map(each -> new Series(each.name() + ", tuning", each.values())))
                        .toList());
    }

    private static Map<String, Trial> trials(String network, List<String> schedules, double rate, int repetition) {
        Map<String, Trial> variants = new LinkedHashMap<>();
        schedules.forEach(each -> variants.put(each, Trial.open(network + "-" + each, rate, repetition)));
        return variants;
    }

    private static List<Series> p99(String load, List<String> schedules, Map<String, List<Reading>> readings) {
        return schedules.stream()
                .map(each ->
                        Series.of(load + " " + each + ", p99 ms", Turns.readings(readings, each), Reading::p99Millis))
                .toList();
    }
}
