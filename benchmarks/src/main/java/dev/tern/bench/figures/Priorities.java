package dev.tern.bench.figures;

import java.util.List;
import java.util.Map;

/** What a flood of work of the lower level does to a stream of requests of the higher one. */
final class Priorities implements Scenario {
    private static final long REAL_TIME = 1;
    private static final long BATCH = 2;
    private static final int FLOOD_CALLERS = 256;
    /** Work that nobody waits for comes in large requests; that the server is flooded by messages is the other thing. */
    private static final int FLOOD_ROWS = 16;

    private static final double SHARE = 0.25;

    @Override
    public String name() {
        return "priority";
    }

    @Override
    public List<String> models() {
        return List.of("mlp-1024-priority", "mlp-2048-priority");
    }

    @Override
    public List<Figure> measure(Rounds rounds) {
        return models().stream()
                .flatMap(model -> figures(rounds, model).stream())
                .toList();
    }

    private static List<Figure> figures(Rounds rounds, String model) {
        Trial flood = Trial.closed(model, FLOOD_CALLERS).atPriority(BATCH);
        double rate = SHARE * rounds.capacity(flood);
        return List.of(
                figure(rounds, model, rate, flood, "1 row"),
                figure(
                        rounds,
                        model,
                        rate,
                        Trial.closed(model, FLOOD_CALLERS / FLOOD_ROWS)
                                .ofRows(FLOOD_ROWS)
                                .atPriority(BATCH),
                        FLOOD_ROWS + " rows"));
    }

    private static Figure figure(Rounds rounds, String model, double rate, Trial flood, String size) {
        Map<String, List<Reading>> readings = rounds.run(repetition -> {
            Trial stream = Trial.open(model, rate, repetition).atPriority(REAL_TIME);
            return Turns.of("alone", stream, "flooded", stream.besides(flood));
        });
        return Figure.ratio(
                Texts.format(
                        "%s: p99 of level 1 at %,.0f requests/s, flooded by requests of %s over not",
                        model, rate, size),
                Series.of(
                        model + " flooded by requests of " + size + ", p99 ms of level 1",
                        Turns.readings(readings, "flooded"),
                        Reading::p99Millis),
                Series.of(model + " alone, p99 ms of level 1", Turns.readings(readings, "alone"), Reading::p99Millis),
                Goal.atMost(1.2));
    }
}
