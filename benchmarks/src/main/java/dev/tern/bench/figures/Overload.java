package dev.tern.bench.figures;

import dev.tern.bench.models.BenchModels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is still answered in time at three times the capacity, against the most that any load gets in time. The loads go
 * beyond the capacity that was measured, because a closed loop may find it too low.
 */
final class Overload implements Scenario {
    /** Its capacity is low enough for a generator on one core to offer three times as much. */
    private static final String NETWORK = "mlp-2048";

    private static final String OVERLOAD = "3.0";
    private static final Map<String, Double> LOADS = loads();
    /** Enough for runs to be full. */
    private static final int CALLERS = 256;

    private static final int MAX_BATCH_SIZE = 64;
    private static final int DEADLINE_IN_FULL_RUNS = 10;

    /** Its callers wait however long it takes, so that no late answer is left out; the model has the objective. */
    private static final String PATIENT = "3.0, latency objective";

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public List<String> models() {
        return List.of(NETWORK + "-fixed-0", NETWORK + "-objective");
    }

    /** A load that keeps the runs of a batched network full. */
    static Trial full(String network) {
        return Trial.closed(network + "-fixed-0", CALLERS);
    }

    @Override
    public List<Figure> measure(Rounds rounds) {
        double capacity = rounds.capacity(full(NETWORK));
        Duration deadline = deadline(capacity);
        Map<String, List<Reading>> readings = rounds.run(repetition -> {
            Map<String, Trial> variants = new LinkedHashMap<>();
            LOADS.forEach((name, share) -> variants.put(
                    name,
                    Trial.open(NETWORK + "-fixed-0", share * capacity, repetition)
                            .within(deadline)));
            variants.put(PATIENT, Trial.open(NETWORK + "-objective", 3 * capacity, repetition));
            return variants;
        });
        return List.of(goodput(readings, capacity, deadline), kept(readings));
    }

    private static Figure goodput(Map<String, List<Reading>> readings, double capacity, Duration deadline) {
        List<Series> parts = new ArrayList<>();
        LOADS.keySet()
                .forEach(name -> parts.add(Series.of(
                        "goodput at " + name + " × capacity, 1/s", Turns.readings(readings, name), Reading::goodput)));
        Series overloaded = Series.of("goodput", Turns.readings(readings, OVERLOAD), Reading::goodput);
        List<Double> peaks = new ArrayList<>();
        for (int i = 0; i < overloaded.values().size(); i++) {
            int repetition = i;
            peaks.add(parts.stream()
                    .mapToDouble(each -> each.values().get(repetition))
                    .max()
                    .orElseThrow());
        }
        parts.add(Series.of("sent at 3.0 × capacity, 1/s", Turns.readings(readings, OVERLOAD), Reading::sentPerSecond));
        return new Figure(
                overloaded.over(
                        Texts.format(
                                "%s: goodput at 3 × the capacity of %,.0f requests/s over its peak, callers with a"
                                        + " deadline of %.1f ms (%d full runs)",
                                NETWORK, capacity, deadline.toNanos() / 1e6, DEADLINE_IN_FULL_RUNS),
                        new Series("peak", peaks)),
                Goal.atLeast(0.95),
                parts);
    }

    private static Figure kept(Map<String, List<Reading>> readings) {
        List<Reading> patient = Turns.readings(readings, PATIENT);
        double objective = BenchModels.objectiveMillis(NETWORK);
        Series p99 = Series.of("p99 ms of all that is answered", patient, Reading::p99Millis);
        Series limit = new Series(
                "objective", p99.values().stream().map(each -> objective).toList());
        return new Figure(
                p99.over(
                        Texts.format(
                                "%s: p99 of what is accepted at 3 × capacity over the model's objective of %.0f ms,"
                                        + " callers without a deadline",
                                NETWORK, objective),
                        limit),
                Goal.atMost(1),
                List.of(p99, Series.of("answered, 1/s", patient, Reading::perSecond)));
    }

    /** At capacity every run is full, so that a run takes a full batch over the capacity. */
    private static Duration deadline(double capacity) {
        return Duration.ofNanos((long) (1e9 * DEADLINE_IN_FULL_RUNS * MAX_BATCH_SIZE / capacity));
    }

    private static Map<String, Double> loads() {
        Map<String, Double> loads = new LinkedHashMap<>();
        for (String each : List.of("0.8", "1.0", "1.2", "1.5", OVERLOAD)) {
            loads.put(each, Double.valueOf(each));
        }
        return loads;
    }
}
